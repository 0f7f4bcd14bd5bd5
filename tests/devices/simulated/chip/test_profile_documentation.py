"""docs/simulated-chips.md knows every switch and fault. `WAYPOST_WRITE_DOCS=1` writes the table of faults anew."""

import ast
import os
from inspect import getsource
from pathlib import Path

from devices.simulated.chip import profile
from devices.simulated.chip.profile import ChipFault, ChipProfile

_PAGE = Path(__file__).resolve().parents[4] / "docs" / "simulated-chips.md"

_BEGINS, _ENDS = "test_profile_documentation.py holds it -->\n", "<!-- end of faults -->"


def _table() -> str:
    """Each fault with the words beside it in its module."""
    body = next(
        statement for statement in ast.parse(getsource(profile)).body if isinstance(statement, ast.ClassDef)
    ).body
    words = [ast.literal_eval(statement.value) for statement in body if isinstance(statement, ast.Expr)][1:]
    assert len(words) == len(ChipFault)
    rows = (f"| `{fault.value}` | {' '.join(text.split())} |\n" for fault, text in zip(ChipFault, words, strict=True))
    return "| fault | what is wrong |\n|---|---|\n" + "".join(rows)


def test_the_page_lists_every_fault() -> None:
    before, rest = _PAGE.read_text("utf-8").split(_BEGINS)
    shown, after = rest.split(_ENDS)
    if os.environ.get("WAYPOST_WRITE_DOCS"):
        shown = _table()
        _PAGE.write_text(f"{before}{_BEGINS}{shown}{_ENDS}{after}", "utf-8")
    assert shown == _table()


def test_the_page_names_every_switch() -> None:
    page = _PAGE.read_text("utf-8")
    assert [name for name in ChipProfile.model_fields if f"`{name}`" not in page] == []
