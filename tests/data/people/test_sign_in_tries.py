"""Wrong tries are counted before they are made, and nothing that a person at the kit can do resets them."""

import shutil
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from data.kit.home import KitHome
from data.kit.settings import Settings
from data.people.sign_in_tries import (
    MOST_NUMBERS,
    MOST_OF_A_KIT,
    MOST_OF_A_PERSON,
    SignInLocked,
    SignInTries,
    TryCounts,
    tries_file,
)
from tests.support.killing import moments_of

PASSPHRASE = "seven lanterns on the bridge"
KEY = bytes(32)
_FORGED = b'{"counts":{"kit":0,"people":{},"version":99},"mac":"' + b"00" * 32 + b'"}'


def _home(folder: Path) -> KitHome:
    return KitHome.create(folder / "kit", PASSPHRASE, Settings(kit="post-1", source="nowhere"))


def _tries(home: KitHome, folder: Path) -> SignInTries:
    return SignInTries(home.vault, folder / "state" / "kit.tries", KEY)


def _fail(tries: SignInTries, number: str, times: int) -> None:
    for _time in range(times):
        tries.begin(number)


def test_five_wrong_tries_lock_a_person_and_nobody_else(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        tries = _tries(home, tmp_path)
        _fail(tries, "O-1", MOST_OF_A_PERSON)
        with pytest.raises(SignInLocked, match="O-1 is locked"):
            tries.begin("O-1")
        assert tries.left("O-1") == 0 and tries.find_locked(["O-1", "O-2"]) == {"O-1"}
        tries.begin("O-2")
        assert tries.left("O-2") == MOST_OF_A_PERSON - 1


def test_a_right_try_takes_back_those_of_its_person_only(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        tries = _tries(home, tmp_path)
        _fail(tries, "O-1", 4)
        _fail(tries, "O-2", 3)
        tries.succeed("O-1")
        assert (tries.left("O-1"), tries.left("O-2"), tries.read().kit) == (5, 2, 3)


def test_twenty_wrong_tries_lock_the_kit_whoever_they_were_of(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        tries = _tries(home, tmp_path)
        for place in range(MOST_OF_A_KIT):
            tries.begin(f"X-{place}")
        assert tries.is_kit_locked
        with pytest.raises(SignInLocked, match="This kit is locked"):
            tries.begin("O-1")
        tries.begin("S-1", kit_lock_counts=False)
        tries.unlock_kit()
        tries.begin("O-1")
        assert len(tries.read().people) == 1 and tries.left("O-1") == MOST_OF_A_PERSON - 1


def test_who_is_locked_stays_so_when_the_kit_is_unlocked(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        tries = _tries(home, tmp_path)
        _fail(tries, "O-1", MOST_OF_A_PERSON)
        tries.unlock_kit()
        with pytest.raises(SignInLocked):
            tries.begin("O-1")
        tries.unlock_person("O-1")
        tries.begin("O-1")


def test_numbers_without_end_are_refused(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        tries = _tries(home, tmp_path)
        many = TryCounts(1, 0, {f"X-{place}": 1 for place in range(MOST_NUMBERS)})
        tries._change(lambda _counts: many)
        with pytest.raises(SignInLocked, match="different service numbers"):
            tries.begin("O-1")


def test_a_home_that_is_put_back_from_a_copy_resets_nothing(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        _tries(home, tmp_path).begin("O-1")
    copy = shutil.copytree(tmp_path / "kit", tmp_path / "copy")
    with closing(KitHome.open(tmp_path / "kit", PASSPHRASE, "desk")) as home:
        _fail(_tries(home, tmp_path), "O-1", 4)
    with closing(KitHome.open(Path(copy), PASSPHRASE, "desk")) as home:
        assert _tries(home, tmp_path).left("O-1") == 0
        with pytest.raises(SignInLocked):
            _tries(home, tmp_path).begin("O-1")


@pytest.mark.parametrize("content", [b"", b"{}", b"garbage", _FORGED])
def test_without_its_file_the_vault_counts_alone(tmp_path: Path, content: bytes) -> None:
    with closing(_home(tmp_path)) as home:
        tries = _tries(home, tmp_path)
        _fail(tries, "O-1", 3)
        (tmp_path / "state" / "kit.tries").write_bytes(content)
        assert tries.left("O-1") == 2
        (tmp_path / "state" / "kit.tries").unlink()
        assert tries.left("O-1") == 2


def test_a_file_of_another_key_does_not_count(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        _fail(_tries(home, tmp_path), "O-1", 3)
        forger = SignInTries(home.vault, tmp_path / "state" / "kit.tries", b"\1" * 32)
        forger._write_file(TryCounts(99))
        assert _tries(home, tmp_path).left("O-1") == 2


def test_what_somebody_types_as_a_number_is_nowhere_in_clear(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        tries = _tries(home, tmp_path)
        tries.begin("482913")
        assert "482913" not in repr(tries.read())
    assert b"482913" not in (tmp_path / "state" / "kit.tries").read_bytes()


def test_where_nothing_can_be_written_outside_the_home_the_vault_counts(tmp_path: Path) -> None:
    with closing(_home(tmp_path)) as home:
        (tmp_path / "state").write_text("a file, where a folder should be")
        tries = _tries(home, tmp_path)
        _fail(tries, "O-1", MOST_OF_A_PERSON)
        with pytest.raises(SignInLocked):
            tries.begin("O-1")


def test_a_try_counts_wherever_its_process_is_killed(tmp_path: Path) -> None:
    _home(tmp_path).close()

    def work() -> None:
        with closing(KitHome.open(tmp_path / "kit", PASSPHRASE, "desk")) as home:
            _tries(home, tmp_path).begin("O-1")

    moments_of(work)  # the first one also makes the folder
    moments = moments_of(work) or 0
    assert moments > 3
    with closing(KitHome.open(tmp_path / "kit", PASSPHRASE, "check")) as home:
        _tries(home, tmp_path).succeed("O-1")
    for moment in range(1, moments):
        assert moments_of(work, moment) is None
        with closing(KitHome.open(tmp_path / "kit", PASSPHRASE, "check")) as home:
            tries = _tries(home, tmp_path)
            assert tries.left("O-1") in (MOST_OF_A_PERSON, MOST_OF_A_PERSON - 1)
            tries.succeed("O-1")
    work()
    with closing(KitHome.open(tmp_path / "kit", PASSPHRASE, "check")) as home:
        assert _tries(home, tmp_path).left("O-1") == MOST_OF_A_PERSON - 1


_NUMBERS = st.sampled_from(["O-1", "O-2", "X-9"])


class _Model(RuleBasedStateMachine):
    """Counts in memory, against a plain counter."""

    def __init__(self) -> None:
        super().__init__()
        self.counts, self.model = TryCounts(), Counter[str]()

    @rule(number=_NUMBERS)
    def wrong(self, number: str) -> None:
        self.counts = self.counts.add(number)
        self.model[number] += 1

    @rule(number=_NUMBERS)
    def right(self, number: str) -> None:
        before, self.counts = self.counts, self.counts.forgive(number)
        assert self.counts.newer(before) is self.counts and before.newer(self.counts) is self.counts
        del self.model[number]

    @invariant()
    def agree(self) -> None:
        assert self.counts.kit == self.model.total()
        assert dict(self.counts.people) == {number: count for number, count in self.model.items() if count}


TestModel = _Model.TestCase


@given(kit=st.text(min_size=1))
def test_the_file_of_a_kit_is_in_the_users_own_folder(kit: str) -> None:
    path = tries_file(kit.encode(), {"XDG_STATE_HOME": "/var/lib/someone"})
    assert path.parent == Path("/var/lib/someone/waypost") and path.suffix == ".tries"
    assert tries_file(kit.encode(), {"HOME": "/home/x"}).is_relative_to("/home/x/.local/state")
