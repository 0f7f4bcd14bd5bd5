"""What a reading of the simulated chip comes to, for each kind of chip and each fault: the tables of docs/chips.md.

`python -m tests.devices.simulated.chip.matrix` prints them.
"""

from dataclasses import dataclass
from typing import Any

from devices.chip.access_keys import AccessKey, MrzKey
from devices.chip.against_print import differing
from devices.chip.authenticity import Answer, Reason
from devices.chip.errors import ChipError
from devices.chip.patience import Patience
from devices.chip.read import read_chip
from devices.simulated.chip.faults import Fault
from devices.simulated.chip.randomness import seeded
from tests.devices.simulated.chip.minted import HOLDER, NOW, chip, trust

_TRUST = trust()
_PATIENCE_S = 60.0
MRZ_KEY = MrzKey.of_document(HOLDER.document)

KINDS: dict[str, dict[str, Any]] = {
    "no access control": {"access": []},
    "BAC": {"access": ["bac"]},
    "PACE-ECDH-GM 3DES": {"pace": ["ecdh-gm-3des:12"]},
    "PACE-ECDH-GM AES-128": {},
    "PACE-ECDH-GM AES-192": {"pace": ["ecdh-gm-aes-192:15"]},
    "PACE-ECDH-GM AES-256": {"pace": ["ecdh-gm-aes-256:17"]},
    "PACE-ECDH-IM AES-128": {"pace": ["ecdh-im-aes-128:13"]},
    "PACE-ECDH-CAM AES-128": {"pace": ["ecdh-cam-aes-128:13"]},
    "PACE-DH-GM AES-128": {"pace": ["dh-gm-aes-128:0"]},
    "PACE-DH-IM AES-256": {"pace": ["dh-im-aes-256:2"]},
    "AA none": {"active_authentication": "none"},
    "AA RSA SHA-1": {"active_authentication": "rsa-sha1"},
    "AA RSA SHA-256": {"active_authentication": "rsa-sha256"},
    "AA RSA SHA-512": {"active_authentication": "rsa-sha512"},
    "AA ECDSA SHA-384": {"active_authentication": "ecdsa-sha384"},
    "CA ECDH 3DES": {"chip_authentication": ["ecdh-3des:12"]},
    "CA ECDH AES-256": {"chip_authentication": ["ecdh-aes-256:17"]},
    "CA DH AES-128": {"chip_authentication": ["dh-aes-128:1"]},
    "CA two keys": {"chip_authentication": ["ecdh-aes-128:12", "ecdh-aes-256:16"]},
    "LDS 1.7, SHA-1": {"lds": "1.7", "digests": "sha1"},
    "face 39794-5, JPEG 2000": {"face": "39794-5", "picture": "jpeg2000"},
    "no extended length": {"extended_length": "no"},
    "exact lengths (6Cxx)": {"lengths": "exact", "access": []},
    "answers in parts (61xx)": {"answers": "in_parts", "access": []},
    "at most 100 bytes a read": {"longest_read": 100},
}
"""Good chips of each kind, by what is special about each."""


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    opened: str
    outcome: str
    original: str
    told: str
    """What is not a PASS, or the error."""

    def line(self, name: str) -> str:
        return f"| {name} | {self.opened} | {self.outcome} | {self.original} | {self.told} |"


def run(key: AccessKey = MRZ_KEY, **switches: Any) -> Row:
    """Read one chip; what came of it."""
    try:
        on_reader = chip(seeded("matrix"), **switches)
        read = read_chip(on_reader, key, _TRUST, patience=Patience(_PATIENCE_S), now=NOW, printed=HOLDER.document)
    except ChipError as problem:
        return Row("", "not read", "", f"`{type(problem).__name__}` {problem.what.partition(':')[0]}")
    amiss = [check for check in read.checks if check.answer is not Answer.PASS]
    told = [f"{check.name}: {check.reason.value}" for check in amiss if check.reason is not Reason.NOT_REACHED]
    told += [f"{name} not read" for name in read.unread if name != "DG3"]
    told += [f"print: {name} differs" for name in differing(read.comparison)]
    return Row(read.access.protocol, read.outcome.value, read.original.value, ", ".join(told))


def tables() -> dict[str, str]:
    """Both tables in Markdown, by the name of the place in docs/chips.md that holds them."""
    head = "| {} | opened by | outcome | original | what is told |\n|---|---|---|---|---|\n"
    made = {"kinds": (head.format("chip"), kinds()), "faults": (head.format("fault"), faults())}
    return {
        place: first + "".join(f"{row.line(name)}\n" for name, row in rows.items())
        for place, (first, rows) in made.items()
    }


def kinds() -> dict[str, Row]:
    """Every kind of good chip."""
    return {name: run(**switches) for name, switches in KINDS.items()}


def faults() -> dict[str, Row]:
    """A chip of today with each fault."""
    return {f"`{fault.value}`": run(faults=[fault]) for fault in Fault}


if __name__ == "__main__":
    for place, table in tables().items():
        print(f"<!-- {place} -->\n{table}<!-- end of {place} -->\n")
