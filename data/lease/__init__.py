"""Whether a kit may read its lists: the age of its contact with headquarters, what follows, how lists are erased."""
