"""Lists whose rows are a few typed columns, declared by a schema."""
