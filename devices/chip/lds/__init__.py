"""The logical data structure of a chip (ICAO Doc 9303-10): one module a file, each from bytes to a value.

A file is hostile until passive authentication has verified it: readers have bounds and raise `Malformed`, text is made
safe to show, and nothing is ever corrected.
"""
