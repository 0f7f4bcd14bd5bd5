"""How lists reach kits and reports reach headquarters: the kit's end, headquarters' end, and what both share."""

HEADQUARTERS_STORE = "hq.db"
"""The file by which a folder is known as headquarters' home, also where headquarters' end is not installed."""
