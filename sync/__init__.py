"""How lists reach kits and reports reach headquarters: the kit's end, headquarters' end, and what both share."""
