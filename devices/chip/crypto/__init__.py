"""The cryptography that both ends of a chip protocol share (Doc 9303-11; BSI TR-03110-3): pure, with no I/O.

What a terminal and a chip must each do in their own way (wrapping a command, answering one) is not here.
"""
