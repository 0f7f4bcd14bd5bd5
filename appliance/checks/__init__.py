"""The questions asked about every traveller, one file each. A check knows no other check and no screen."""
