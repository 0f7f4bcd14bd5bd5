"""A passphrase is long enough, says enough, and opens in whatever form a keyboard writes its letters."""

from pathlib import Path
from unicodedata import normalize

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from data import passphrase, store_key
from data.errors import InputError, WrongPassphrase

COMPOSED = normalize("NFC", "gr\u00fcne \u00c4pfel \u00fcber S\u00e3o Tom\u00e9")
DECOMPOSED = normalize("NFD", COMPOSED)


@pytest.mark.parametrize("short", ["", "x", "fourteen chars", "e\u0301" * 14, " " * 14])
def test_a_short_passphrase_closes_nothing(tmp_path: Path, short: str) -> None:
    with pytest.raises(InputError):
        store_key.create_store_key(tmp_path, short)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "same",
    [
        "a" * 40,
        "abc" * 20,
        "AbCaBc" * 10,
        "password" * 2,
        "abcdef" * 2 + "abcde\N{LATIN SMALL LETTER F WITH DOT ABOVE}",
    ],
)
def test_a_few_characters_again_and_again_close_nothing(same: str) -> None:
    with pytest.raises(InputError, match="repeats"):
        store_key.wrap_secret(bytes(32), same, b"label")


def test_fifteen_characters_of_any_script_are_enough() -> None:
    for accepted in (
        "fifteen letters",
        "\u0444\u0438\u043e\u043b\u0435\u0442\u043e\u0432\u044b\u0439 \u043b\u0435\u0441\u043e\u043a",
    ):
        assert passphrase.normalize_new_passphrase(accepted) == accepted


def test_what_is_no_text_is_a_sentence_and_not_a_failure() -> None:
    with pytest.raises(InputError, match="UTF-8"):
        list(passphrase.passphrase_forms("na\udcefve with an old terminal"))
    with pytest.raises(InputError, match="longer than"):
        list(passphrase.passphrase_forms("x" * 2_000_000))


@pytest.mark.parametrize(("made_with", "typed"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_composed_and_decomposed_letters_are_the_same_passphrase(tmp_path: Path, made_with: str, typed: str) -> None:
    key = store_key.create_store_key(tmp_path, made_with)
    assert store_key.unlock_store_key(tmp_path, typed) == key


@pytest.mark.parametrize("made_with", [COMPOSED, DECOMPOSED, "x"])
def test_what_an_older_version_closed_in_another_form_still_opens(made_with: str) -> None:
    """It took the letters as they came, and one character was enough."""
    kdf = store_key.PassphraseHash("argon2id", bytes(16), 64, 1, 1)
    wrapped = AESGCM(store_key._derive_wrapping_key(made_with, kdf)).encrypt(bytes(12), b"a secret", b"label")
    sheet = store_key.WrappedSecret(kdf, bytes(12), wrapped)
    for form in ("NFC", "NFD"):
        assert store_key.unwrap_secret(sheet, normalize(form, made_with), b"label") == b"a secret"


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    store_key.create_store_key(tmp_path, COMPOSED)
    with pytest.raises(WrongPassphrase):
        store_key.unlock_store_key(tmp_path, COMPOSED.replace("\u00fc", "u"))


@given(st.text(max_size=40))
def test_every_form_of_a_text_is_tried_once_and_nfc_first(text: str) -> None:
    try:
        forms = list(passphrase.passphrase_forms(text))
    except InputError:
        return
    assert forms[0] == normalize("NFC", text) and text in forms and len(forms) == len(set(forms)) <= 3


def test_composed_letters_are_what_is_set() -> None:
    """So that every later version opens it with one try."""
    sheet = store_key.wrap_secret(b"a secret", DECOMPOSED, b"label")
    cipher = AESGCM(store_key._derive_wrapping_key(COMPOSED, sheet.kdf))
    assert cipher.decrypt(sheet.nonce, sheet.wrapped, b"label") == b"a secret"
