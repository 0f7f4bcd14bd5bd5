"""Words large enough to read from a metre away: glyphs six pixels high, two pixels a cell.

Half blocks are in every console font (code page 437 had them), so this needs no font and no colour.
"""

from ui.widgets.tables.glyphs import GLYPHS, HEIGHT

_CELLS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def large(text: str, scale: int = 1) -> list[str]:
    """`text` as three rows of half blocks, `scale` times as large; a character without a glyph is left out."""
    glyphs = [GLYPHS[character] for character in text if character in GLYPHS]
    rows = [" ".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]
    pixels = ["".join(pixel * scale for pixel in row) for row in rows for _ in range(scale)]
    return [_row(upper, lower) for upper, lower in zip(pixels[::2], pixels[1::2], strict=True)]


def _row(upper: str, lower: str) -> str:
    return "".join(_CELLS[above == "#", below == "#"] for above, below in zip(upper, lower, strict=True))
