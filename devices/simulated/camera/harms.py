"""What may be wrong with a simulated camera's pictures; apart from the drawing, which needs the extra `ocr`."""

from enum import StrEnum


class Harm(StrEnum):
    """Some of it is told to the officer, some is read all the same."""

    TOO_DARK = "too_dark"
    GLARE = "glare"
    TOO_FAR = "too_far"
    BLURRED = "blurred"
    UPSIDE_DOWN = "upside_down"
    SLANTED = "slanted"
    HELD = "held"
    """In a hand: a little turned, a little noise, never twice the same."""
