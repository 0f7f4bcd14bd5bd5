"""Is the chip genuine: is its data what the issuer signed (Doc 9303-11, 5), and is it no copy (Doc 9303-11, 6)?"""
