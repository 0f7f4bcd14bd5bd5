"""Coverage-guided fuzzing of all that a chip may send: any bytes give a value, Malformed or a ChipError, nothing else.

pip install atheris; python tests/fuzz/fuzz_chip.py -max_total_time=120
"""

import sys
from collections.abc import Callable
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
with atheris.instrument_imports(include=["data.certificates", "devices.chip"]):
    from data.certificates.certificate import read_certificate
    from data.certificates.malformed import Malformed
    from data.certificates.revocation_list import read_revocation_list
    from data.certificates.tlv import check_bounds
    from devices.chip.apdu import read_response
    from devices.chip.authentication.active_authentication import recover_message
    from devices.chip.crypto.ciphers import CipherSuite, derive_session_keys
    from devices.chip.deadline import Deadline
    from devices.chip.errors import ChipError
    from devices.chip.inspection import read_chip
    from devices.chip.lds.atr_info import response_limit
    from devices.chip.lds.card_security import read_card_security
    from devices.chip.lds.chip_keys import read_chip_key
    from devices.chip.lds.files import GROUP_TAGS
    from devices.chip.lds.security_infos import read_card_access
    from devices.chip.lds.sod import read_security_object, read_sod
    from devices.chip.pace.offers import pace_offers
    from devices.chip.reading import read_contents
    from devices.chip.recording.exchange_file import Exchange
    from devices.chip.secure_messaging import SecureChannel
from tests.support.invented_chips import KEY, NOW, trust

_KEYS = derive_session_keys(b"secret", CipherSuite.AES_128)


def _group(data: bytes) -> None:
    tags = sorted(GROUP_TAGS)
    if data:
        number = tags[data[0] % len(tags)]
        read_contents({number: bytes((GROUP_TAGS[number],)) + data[1:]}, b"", data)


class _Babbling:
    """A chip whose every answer is the next piece of the input."""

    def __init__(self, data: bytes) -> None:
        self._left = data

    def transmit(self, command: bytes) -> bytes:
        size = self._left[0] if self._left else 0
        answer, self._left = self._left[1 : 1 + size], self._left[1 + size :]
        return answer + (b"\x90\x00" if size % 3 else b"")


def _whole(data: bytes) -> None:
    read_chip(_Babbling(data), KEY, trust(), deadline=Deadline(20), now=NOW)


TARGETS: tuple[Callable[[bytes], object], ...] = (
    lambda data: check_bounds(data, "a test", 100_000),
    lambda data: read_security_object(read_sod(data).content),
    read_card_security,
    lambda data: pace_offers(read_card_access(data)),
    read_certificate,
    read_revocation_list,
    read_chip_key,
    response_limit,
    recover_message,
    lambda data: SecureChannel(_KEYS).open(read_response(data)),
    lambda data: str(Exchange(data, data)),
    _group,
    _whole,
)


def one(data: bytes) -> None:
    """One reader, chosen by the first byte, over the rest."""
    if not data:
        return
    try:
        TARGETS[data[0] % len(TARGETS)](data[1:])
    except (Malformed, ChipError):
        pass


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
