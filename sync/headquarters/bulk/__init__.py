"""Lists of many millions of documents: read, kept and compared by columns, never record by record."""
