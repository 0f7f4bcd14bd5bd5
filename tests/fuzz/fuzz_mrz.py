"""Coverage-guided fuzzing of the MRZ reader: any text gives a document or InputError, never anything else.

pip install atheris; python tests/fuzz/fuzz_mrz.py -max_total_time=120
"""

import sys
from datetime import date
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
with atheris.instrument_imports(include=["data.documents"]):
    from data.documents.mrz import apply_repairs, parse_mrz
    from data.documents.travel_document import Capture
from data.errors import InputError

TODAY = date(2026, 11, 21)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
_SIZES = (88, 72, 90, 60, 87, 300)


def one(data: bytes) -> None:
    """Text of any kind, or text of a zone's own length and letters."""
    provider = atheris.FuzzedDataProvider(data)
    if provider.ConsumeBool():
        text = provider.ConsumeUnicode(400)
    else:
        size = _SIZES[provider.ConsumeIntInRange(0, len(_SIZES) - 1)]
        text = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in provider.ConsumeBytes(size)).ljust(size, "<")
    try:
        apply_repairs(parse_mrz(text, capture=Capture.MACHINE, today=TODAY), TODAY)
    except InputError:
        pass


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
