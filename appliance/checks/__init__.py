"""The questions asked about every traveller. A check knows no other check and no screen."""
