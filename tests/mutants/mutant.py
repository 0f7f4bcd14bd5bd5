"""One control without which a named test fails, and what becomes of a tree in which it is removed."""

from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PAGE = TOP / "docs" / "threats.md"
TABLE_HEAD = "| against | control | its test |"


@dataclass(frozen=True)
class Mutant:
    """The patch that removes one control."""

    name: str
    """What the control is called on the command line, and in the table of the page."""
    threat: str
    """The first cell of a row of the page, or its beginning."""
    file: str
    old: str = field(repr=False)
    """Stands exactly once in the file."""
    new: str = field(repr=False)
    tests: tuple[str, ...]
    """At least one of them fails without the control."""

    def apply(self, tree: Path) -> None:
        """Remove the control from a tree; ValueError where the patch does not apply."""
        path = tree / self.file
        text = path.read_text("utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: the text of the patch stands {text.count(self.old)} times in {self.file}")
        path.write_text(text.replace(self.old, self.new), "utf-8")


def threats() -> list[str]:
    """The first cells of the rows of threats, processes and servers."""
    cells, wanted = [], False
    for line in PAGE.read_text("utf-8").splitlines():
        first = line.split("|")[1].strip() if line.startswith("|") else ""
        if first in ("threat", "process", "server"):
            wanted = True
        elif not first or first == "against":
            wanted = False
        elif wanted and set(first) != {"-"}:
            cells.append(first)
    return cells


def table(mutants: tuple[Mutant, ...]) -> str:
    """The table of the page: what each control is against, and the test that fails without it."""
    order = threats()
    lines = [TABLE_HEAD, "|---|---|---|"]
    for mutant in sorted(mutants, key=lambda mutant: order.index(full_threat(mutant))):
        tests = ", ".join(f"`{test}`" for test in mutant.tests)
        lines.append(f"| {full_threat(mutant)} | {mutant.name} (`{mutant.file}`) | {tests} |")
    return "\n".join(lines) + "\n"


def full_threat(mutant: Mutant) -> str:
    """The row of the page that a mutant is about; ValueError where there is none, or more than one."""
    rows = [row for row in threats() if row.startswith(mutant.threat)]
    if len(rows) != 1:
        raise ValueError(f"{mutant.name}: {len(rows)} rows of the page begin with {mutant.threat!r}")
    return rows[0]
