"""`courier watch`: when the courier runs, and what it says of it."""
