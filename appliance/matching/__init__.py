"""Name screening: which listed persons may this traveller be, how likely, and why.

In the order of a search: `query` (a traveller's name parts, looked up in an `index`), `retrieval` (the listed names
with similar parts), `estimate` (which of those cannot reach the lowest band), `evidence` (name parts compared one by
one, with birth date, sex and nationality), `matcher` (the whole search: scores, bands, candidates), `reasons` (their
texts).
"""
