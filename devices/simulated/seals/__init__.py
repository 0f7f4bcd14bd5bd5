"""Visible digital seals that invented states print on their papers, rightly or wrongly."""
