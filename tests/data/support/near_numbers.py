"""The numbers that a reader may have meant, as text."""

from data.documents.number import MOST_NEIGHBOURS, same_digit_numbers


def neighbours(number: str) -> list[str]:
    """Up to three confusable substitutions away, with the same check digit, nearest first."""
    return [row.tobytes().decode("ascii") for row in same_digit_numbers(number)[:MOST_NEIGHBOURS]]
