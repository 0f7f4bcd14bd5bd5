"""Lists, reports and acknowledgements on a stick."""
