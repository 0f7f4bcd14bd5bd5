"""What a person reads is made of sentences: no exception is named by its class."""

import re
from pathlib import Path

TOP = Path(__file__).parents[1]
NAMED_FOR_PROGRAMS = {
    "appliance/checks/chip_check.py",  # chooses a reason by it
    "appliance/screening/result.py",  # a fact in the journal, beside the words
    "appliance/screening/run.py",  # the same
    "sync/kit/reports/health.py",  # a fact for headquarters
}


def test_no_message_holds_the_class_of_an_exception() -> None:
    product = [path for part in ("appliance", "data", "devices", "provisioning", "sync", "ui")
               for path in (TOP / part).rglob("*.py")]  # fmt: skip
    naming = re.compile(r"type\((error|problem|fault|exception)\)\.__name__|error\.__class__")
    found = {str(path.relative_to(TOP)) for path in product if naming.search(path.read_text(encoding="utf-8"))}
    assert len(product) > 300 and found <= NAMED_FOR_PROGRAMS
