"""How many lines go with a first line of some length (Doc 9303 parts 4 to 7, and lines run together)."""

LINES = {30: 3, 36: 2, 44: 2, 72: 1, 88: 1, 90: 1}
MOST_LINES = 3
LONGEST = 92
