"""A made-up list of stolen and lost documents, of any size: for benchmarks, drills and trials of headquarters.

Number patterns, types, dates and blanks are like the real thing; no number is anybody's. The same seed and size give
the same list.
"""
