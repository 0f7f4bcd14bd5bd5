"""`waypost kit bench`: finds the kit's readers of documents, chips and staff cards, and tests one."""
