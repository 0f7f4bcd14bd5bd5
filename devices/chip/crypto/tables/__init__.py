"""Numbers of standard groups."""
