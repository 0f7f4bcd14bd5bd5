"""Status words explain themselves."""

import pytest

from devices.chip.status import StatusKind, StatusWord


@pytest.mark.parametrize(("word", "says"), [
    (0x63C2, "2 tries are left"), (0x6983, "blocked"), (0x6A82, "no such file"), (0x1234, "no standard"),
])  # fmt: skip
def test_a_status_explains_itself(word: int, says: str) -> None:
    assert says in StatusWord(word).says
    assert f"{word:04X}" in StatusWord(word).says


_KINDS = {
    StatusKind.DONE: "9000",
    StatusKind.DENIAL: "6982 6983 6985 69F0 6A80 6A81 6A82 6A83 6A88",
    StatusKind.OBJECTION: "6300 6A86 6A87 6B00 6D00 6E00",
    StatusKind.CHANNEL: "6882 6883 6987 6988",
    StatusKind.FAILURE: "6110 6200 6282 63C2 6400 6581 6600 6700 6986 6A84 6C10 6F00 6F42 9100",
    StatusKind.NO_STATUS: "0000 1234 6010 7C00 FFFF",
}


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in _KINDS.items() for word in words.split()])
def test_security_and_function_deny_a_file_and_they_or_the_form_refuse_a_proof(kind: StatusKind, word: str) -> None:
    status = StatusWord(int(word, 16))
    assert status.kind is kind
    assert status.denies_file is (kind is StatusKind.DENIAL)
    assert status.refuses_proof is (kind in (StatusKind.DENIAL, StatusKind.OBJECTION))
    assert status.refuses_channel is (kind not in (StatusKind.FAILURE, StatusKind.NO_STATUS))
