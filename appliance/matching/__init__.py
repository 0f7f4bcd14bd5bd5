"""Name screening: which listed persons may this traveller be, how likely, and why."""
