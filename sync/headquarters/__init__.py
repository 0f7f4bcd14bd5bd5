"""Headquarters' end: takes lists from their sources, publishes them, enrols kits, takes in reports.

Never imports the kit's end. Needs the extra `hq`.
"""
