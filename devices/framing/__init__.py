"""From a stream of bytes to documents: how readers mark the beginning and the end of each.

Every framing follows the same rules: a document may arrive in any pieces, and several in one piece; buffers have
bounds; a text without an end, or one that is too long, is one fault and not many; after silence the next document is
read normally.
"""
