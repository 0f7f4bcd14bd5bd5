"""Visible digital seals that invented states print on their papers, with and without faults."""
