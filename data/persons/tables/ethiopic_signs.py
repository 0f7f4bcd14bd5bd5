"""Consonants of the Ethiopic script in the order of its signs, eight to a consonant; an apostrophe is a stop."""

ETHIOPIC_FIRST = 0x1200
ETHIOPIC_CONSONANTS = (
    "H L H' M S R S SH Q QU Q QU B V T CH H HU N NY ' K KU KH KHU W ' Z ZH Y D D J G GU NG T CH P TS TS F P".split()
)
ETHIOPIC_GUTTURALS = ("H", "H'", "'")
"""With their first vowel these have an A: አበበ is ABEBE."""
