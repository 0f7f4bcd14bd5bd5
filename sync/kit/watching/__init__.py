"""`courier watch`: when the courier runs, and what it reports."""
