"""The file keeps texts as ids with values, for readers of any language; a state that cannot be read is none."""

import json
from pathlib import Path

import pytest

from data.errors import LinkError
from data.json_codec import encode_canonical, to_json_value
from data.lease.enforcement import AccessFacts
from data.text import Message, _
from sync.kit.list_sync import SyncMethod
from sync.kit.run_report import CourierReport, ListSyncResult, Problem
from sync.kit.watching import watch_state
from sync.kit.watching.retry_schedule import run_ending
from sync.kit.watching.watch_state import WatchState, run_facts

PROBLEM = Problem.of(LinkError(_("No connection to {source}", source="http://hq"), do=_("Check the link")))
REPORT = CourierReport(
    (ListSyncResult("un", 1, 1, SyncMethod.UNCHANGED, 0, 0, error=PROBLEM),), (), (), bytes=0, seconds=1.0
)


def test_a_later_reader_gets_messages_that_can_be_translated(tmp_path: Path) -> None:
    facts = run_facts("headquarters", REPORT, run_ending(REPORT))
    says = _("Asking {source}, as scheduled.", source="headquarters")
    access = AccessFacts("locked", _("These lists are locked"), do=_("Check the clock"), days_left=3)
    written = WatchState("waiting", says, "2026-01-01T00:00:00Z", last=facts, standing=access)
    watch_state.write_state(tmp_path, written)
    state = watch_state.read_state(tmp_path)
    assert state == written and state.last and state.standing
    error = state.last.lists[0].error
    assert error is not None
    problem = error.what
    for text in (state.says, state.last.says, problem, state.standing.do):
        assert isinstance(text, Message)
    assert (problem.id, dict(problem.values)) == ("No connection to {source}", {"source": "http://hq"})
    assert to_json_value(state)["last"]["says"] == "un: No connection to http://hq. Check the link."


@pytest.mark.parametrize(
    "odd",
    [
        {"says": {"id": "{x:>99}", "values": {"x": 1}}},
        {"lists": 3},
        {"lists": [{"error": "x"}]},
        {"sent": {"entries": "1"}},
    ],
)
def test_a_run_that_is_none_spoils_the_state(tmp_path: Path, odd: dict[str, object]) -> None:
    state = WatchState("waiting", _("x"), "", last=run_facts("headquarters", REPORT, run_ending(REPORT)))
    watch_state.write_state(tmp_path, state)
    assert watch_state.read_state(tmp_path) == state
    facts = json.loads(encode_canonical(state))
    (tmp_path / watch_state.STATE_FILE).write_text(json.dumps({**facts, "last": {**facts["last"], **odd}}))
    assert watch_state.read_state(tmp_path) is None


@pytest.mark.parametrize("nonsense", [b"", b"[" * 9000, b"{}", b'{"state":3,"neighbours":7}', b"[1]"])
def test_a_state_that_cannot_be_read_is_none(tmp_path: Path, nonsense: bytes) -> None:
    assert watch_state.read_state(tmp_path) is None
    (tmp_path / watch_state.STATE_FILE).write_bytes(nonsense)
    assert watch_state.read_state(tmp_path) is None
    assert not watch_state.is_running(tmp_path)


def test_the_service_and_a_run_by_hand_do_not_spoil_each_others_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace
    ours, theirs = (WatchState("waiting", _("x"), at) for at in ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"))

    def write_between(new: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", rename)
        watch_state.write_state(tmp_path, theirs)
        return rename(new, target)

    monkeypatch.setattr(Path, "replace", write_between)
    watch_state.write_state(tmp_path, ours)
    assert watch_state.read_state(tmp_path) == ours
    assert [entry.name for entry in tmp_path.iterdir()] == [watch_state.STATE_FILE]
