"""`courier watch`: when the courier runs, and what it tells of it."""
