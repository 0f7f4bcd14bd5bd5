"""Listed persons: who they are, why they are listed, what an officer is to do, and how their names are compared."""
