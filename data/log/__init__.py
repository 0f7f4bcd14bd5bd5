"""The log of a kit's or headquarters' home: what went wrong and where in the code, never a person's data."""
