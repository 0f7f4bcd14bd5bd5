"""A run of the checks: deadlines, the result, and how checks get the lists."""
