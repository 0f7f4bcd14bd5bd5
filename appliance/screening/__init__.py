"""A run of the checks: deadlines, the rules of the verdict, the result, and how checks get the lists."""
