"""Lists of many millions of documents: read, kept and compared by columns, never record by record.

Importing a module of this folder imports polars; this one does not.
"""

from data.lists.kinds import Kind, documents


def is_bulk(kind: Kind) -> bool:
    """Whether lists of a kind are kept here."""
    return kind.NAME == documents.NAME
