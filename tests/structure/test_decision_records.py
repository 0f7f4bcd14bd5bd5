"""Every decision record has the parts that the first one names, in their order, and the number of its file."""

import re
from pathlib import Path

import pytest

from tests.structure.product import ROOT

PARTS = ["Context", "Decision", "Consequences"]
LAST_PART = "Measurements and experiments"
RECORDS = sorted((ROOT / "docs" / "adr").glob("*.md"))


def faults(name: str, text: str) -> list[str]:
    """What is wrong with the record `name`."""
    number, _, _ = name.partition("-")
    first, _, rest = text.partition("\n")
    parts = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    between = re.split(r"^## .+$", rest, flags=re.MULTILINE)
    problems = []
    if not first.startswith(f"# {int(number)}. "):
        problems.append(f"its title does not begin with '# {int(number)}. '")
    if parts not in (PARTS, [*PARTS, LAST_PART]):
        problems.append(f"its parts are {parts}")
    if between[0].strip() or not all(part.strip() for part in between[1:]):
        problems.append("there is text before the first part, or a part without text")
    return problems


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.name)
def test_a_record_has_its_parts(path: Path) -> None:
    assert faults(path.name, path.read_text(encoding="utf-8")) == []


def test_no_number_is_used_twice() -> None:
    numbers = [path.name[:4] for path in RECORDS]
    assert len(numbers) > 20 and len(set(numbers)) == len(numbers)


GOOD = "# 7. Title\n\n## Context\n\na\n\n## Decision\n\nb\n\n## Consequences\n\nc\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("# 7.", "# 8."),
        GOOD.replace("## Decision\n\nb\n\n", ""),
        GOOD.replace("## Consequences", "## Costs"),
        GOOD.replace("\na\n", "\n"),
        GOOD.replace("# 7. Title\n", "# 7. Title\n\nText.\n"),
        GOOD + "\n## Experiments\n\nd\n",
        GOOD + "\n## Measurements and experiments\n",
    ],
)
def test_a_record_of_another_shape_is_refused(text: str) -> None:
    assert faults("0007-title.md", GOOD) == []
    assert faults("0007-title.md", text) != []
