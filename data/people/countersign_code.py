"""The code by which somebody at headquarters is the second person for a kit, read by radio or telephone.

The kit shows a case and a nonce; headquarters answers with seven digits: HMAC-SHA256 over kit, case, answer and nonce
under a key that only this kit and headquarters have, cut to seven decimal digits (as RFC 4226, 5.3, but with a longer
cut). One in ten million guesses is right; the kit takes five tries, and each nonce serves once.
"""

import secrets
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest, new
from unicodedata import decimal

from data.json_codec import encode_canonical

DIGITS = 7
MOST_TRIES = 5
_ALPHABET = "23456789CFGHJMPQRVWX"
"""Characters that are not taken for one another, on paper or by ear: the set that Open Location Code uses."""
_NONCE_CHARACTERS = 6
_DOMAIN = b"waypost/countersign/v1\n"


class RemoteAnswer(StrEnum):
    """What headquarters' second person says."""

    AGREES = "agrees"
    REFUSES = "refuses"


def make_nonce() -> str:
    """Six characters for one question, which serve once: 25 bits beside the case."""
    return "".join(secrets.choice(_ALPHABET) for _place in range(_NONCE_CHARACTERS))


def is_nonce(text: str) -> bool:
    """Whether a kit could have shown this, blanks and hyphens aside."""
    spoken = _spoken(text)
    return len(spoken) == _NONCE_CHARACTERS and set(spoken) <= set(_ALPHABET)


def compute_code(key: bytes, kit: str, case: str, answer: RemoteAnswer, nonce: str) -> str:
    """The seven digits of this answer."""
    content = encode_canonical([kit, _spoken(case), answer.value, _spoken(nonce)])
    digest = new(key, _DOMAIN + content, sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def read_answer(key: bytes, kit: str, case: str, nonce: str, code: str) -> RemoteAnswer | None:
    """What the code says; None for a wrong one. Blanks and hyphens in it do not count."""
    digits = "".join(str(decimal(character)) for character in code if character.isdecimal())
    answer = None
    for each in RemoteAnswer:  # both, whichever it is: the time tells nothing
        if compare_digest(compute_code(key, kit, case, each, nonce), digits):
            answer = each
    return answer


def _spoken(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())
