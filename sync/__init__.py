"""How the kit learns and reports; headquarters' end of the line as well."""
