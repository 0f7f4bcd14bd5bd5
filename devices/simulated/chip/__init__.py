"""Simulated chips of travel documents: who issues them, what is written into them, how they answer.

They keep to Doc 9303-10, -11 and -12, so that any maker's reader reads them; every fault is a switch of the profile.
"""
