"""How the files of a kit vouch for each other, so that one that was deleted, cut or put back shows."""
