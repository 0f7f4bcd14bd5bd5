"""From a stream of bytes to documents: how readers mark where one begins and ends.

Every framing holds the same rules: a document may come in any pieces and several in one piece; nothing is kept
without bound; what never ends, or is too long, is one fault and not a flood of them; after silence the next document
is read as if nothing had been.
"""
