"""Every fault over every protocol ends as docs/chips.md says. `WAYPOST_WRITE_DOCS=1` writes the table anew."""

import os
import re
from pathlib import Path

import pytest

from data.documents.mrz import parse_mrz
from data.documents.travel_document import Capture
from devices.chip.authenticity import AuthenticityAnswer
from devices.chip.deadline import Deadline
from devices.chip.errors import ChipError
from devices.chip.reading import differing_fields
from devices.simulated.chip.profile import ChipFault
from devices.simulated.chip.randomness import seeded_randomness
from tests.support.invented_chips import NOW, ZONE, chip, read

PAGE = Path(__file__).resolve().parents[3] / "docs" / "chips.md"

BEGINS, ENDS = "test_reading_faults.py holds it -->\n", "<!-- end of table -->"

PROTOCOLS: dict[str, dict[str, object]] = {
    "BAC": {"access": ["bac"]},
    "PACE-GM": {},
    "PACE-CAM": {"pace": ["ecdh-cam-aes-128:13"]},
    "PACE-IM": {"pace": ["ecdh-im-aes-256:13"]},
    "PACE-DH": {"pace": ["dh-gm-aes-128:1"], "chip_authentication": ["dh-aes-128:1"]},
}
FAULTS = (None, *ChipFault)
_BY_COMMAND = {"at": 14, "delay_s": 0.002}
PRINTED = parse_mrz(ZONE, capture=Capture.MACHINE, today=NOW.date())


def ends(fault: ChipFault | None, profile: dict[str, object]) -> str:
    """How the reading of such a chip ends, in a word or two."""
    faults = {"faults": [fault.value]} if fault else {}
    transport = chip(randomness=seeded_randomness("matrix"), **profile, **faults, **_BY_COMMAND)
    try:
        reading = read(transport, printed=PRINTED, deadline=Deadline(30))
    except ChipError as error:
        return " ".join(re.findall("[A-Z][a-z]*", type(error).__name__)).lower()
    words = [reading.outcome.value.replace("_", " ")]
    if reading.original is AuthenticityAnswer.FAIL:
        words.append("a copy")
    if reading.access.downgrades:
        words.append("downgraded")
    if differing_fields(reading.comparison):
        words.append("not as printed")
    return ", ".join(words)


def row(fault: ChipFault | None) -> str:
    name = f"`{fault.value}`" if fault else "none"
    return f"| {name} | {' | '.join(ends(fault, profile) for profile in PROTOCOLS.values())} |"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.value if fault else "none")
def test_every_fault_ends_as_the_page_says(fault: ChipFault | None) -> None:
    if os.environ.get("WAYPOST_WRITE_DOCS"):
        return
    name = f"`{fault.value}`" if fault else "none"
    shown = next((line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {name} |")), "")
    assert row(fault) == shown


def test_the_page_has_a_row_for_every_fault_and_no_other() -> None:
    before, rest = PAGE.read_text("utf-8").split(BEGINS)
    shown, after = rest.split(ENDS)
    if os.environ.get("WAYPOST_WRITE_DOCS"):
        head = f"| fault | {' | '.join(PROTOCOLS)} |\n|{'---|' * (1 + len(PROTOCOLS))}\n"
        shown = head + "".join(f"{row(fault)}\n" for fault in FAULTS)
        PAGE.write_text(f"{before}{BEGINS}{shown}{ENDS}{after}", "utf-8")
    assert [line.split(" ")[1] for line in shown.splitlines()[2:]] == [
        f"`{fault.value}`" if fault else "none" for fault in FAULTS
    ]
