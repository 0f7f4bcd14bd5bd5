"""Tables of letters and names: facts of scripts and languages, no rules."""
