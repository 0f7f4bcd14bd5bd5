"""`waypost check`: one verdict with its reasons, the same in words, JSON and exit code."""

import json
import os
import shlex
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from data.clock import read_system_time
from data.kit.headquarters_word import read_clock
from data.kit.home import KitHome
from tests.journeys.support.travellers import (
    CHILD,
    CONFUSABLE,
    DISCREET,
    EXPIRED,
    HONEST,
    SANCTIONED,
    STOLEN,
    WANTED,
)
from tests.support.command_line import SCHEMA, Waypost, process
from tests.support.deployment import PASSPHRASE, TOP

WRONG_DIGIT = HONEST[:54] + ("0" if HONEST[54] != "0" else "1") + HONEST[55:]


@pytest.mark.parametrize(
    ("zone", "verdict", "code", "reason"),
    [
        (HONEST, "clear", 0, ""),
        (EXPIRED, "check", 10, "expired"),
        (WRONG_DIGIT, "check", 10, "digit_wrong"),
        (CONFUSABLE, "check", 10, "document_near"),
        (SANCTIONED, "check", 10, "person_strong"),
        (STOLEN, "refer", 20, "document_exact"),
        (WANTED, "refer", 20, "person_strong"),
        (CHILD, "refer", 20, "person_strong"),
        (DISCREET, "clear", 0, ""),
        ("nothing a machine can read", "cannot_say", 30, "not_an_mrz"),
        ("", "cannot_say", 30, "not_an_mrz"),
    ],
    ids=[
        "honest",
        "expired",
        "digit",
        "near",
        "sanctioned",
        "stolen",
        "wanted",
        "child",
        "discreet",
        "garbage",
        "empty",
    ],
)
def test_each_traveller_gets_one_verdict(
    waypost: Waypost, kit: Path, zone: str, verdict: str, code: int, reason: str
) -> None:
    done = waypost("check", "--home", kit, "--mrz", zone, "--json")
    jsonschema.validate(done.json, SCHEMA)
    assert (done.json["verdict"], done.code) == (verdict, code)
    reasons = {finding["reason"] for finding in done.json["findings"]}
    assert not reason or reason in reasons, reasons
    spoken = waypost("check", "--home", kit, "--mrz", zone)
    assert spoken.code == code and spoken.out.startswith("1. " + verdict.upper().replace("_", " "))


@pytest.mark.parametrize("letter", "KCXSE")
def test_fillers_that_were_read_as_letters_hide_no_wanted_person(waypost: Waypost, kit: Path, letter: str) -> None:
    surname, _, rest = WANTED.partition("<<")
    done = waypost("check", "--home", kit, "--mrz", f"{surname}{letter * 2}{rest}", "--json")
    assert (done.json["verdict"], done.code) == ("refer", 20)
    assert "person_strong" in {finding["reason"] for finding in done.json["findings"]}


def test_a_zone_with_one_name_that_may_be_two_is_to_be_compared_with_the_page(waypost: Waypost, kit: Path) -> None:
    surname, _, rest = HONEST.partition("<<")
    done = waypost("check", "--home", kit, "--mrz", f"{surname}KK{rest}")
    assert done.code == 10 and "compare the name with the page" in done.out


def test_what_nobody_could_read_was_not_searched_for(waypost: Waypost, kit: Path) -> None:
    done = waypost("check", "--home", kit, "--mrz", "nothing a machine can read", "--json")
    assert done.json["second_line"] == "No list was searched"


def test_a_protected_child_is_not_worded_as_a_suspect(waypost: Waypost, kit: Path) -> None:
    done = waypost("check", "--home", kit, "--mrz", CHILD, "--json")
    assert "Protect" in done.json["advice"][0] and "not a suspect" in " ".join(done.json["advice"])


def test_a_discreet_record_is_nowhere_in_the_answer(waypost: Waypost, kit: Path) -> None:
    said = waypost("check", "--home", kit, "--mrz", DISCREET, "--json").out
    plain = waypost("check", "--home", kit, "--mrz", DISCREET).out
    assert "90866" not in said + plain and "discreet" not in said + plain


def test_reasons_compare_field_by_field(waypost: Waypost, kit: Path) -> None:
    done = waypost("check", "--home", kit, "--mrz", WANTED, "--json")
    (candidate,) = [one for finding in done.json["findings"] for one in finding["evidence"]["candidates"]][:1]
    assert candidate["list"] == "notices" and candidate["record"] == "2025/90117" and candidate["ask"]
    assert {field["field"] for field in candidate["fields"]} >= {"name", "birth", "sex", "nationality"}


def test_ages_stand_in_every_answer(waypost: Waypost, kit: Path) -> None:
    done = waypost("check", "--home", kit, "--mrz", HONEST, "--json")
    assert {one["list"] for one in done.json["lists"]} == {"sltd", "notices", "un", "ofac"}
    assert all(one["version"] == 1 and one["age"] for one in done.json["lists"])
    assert "updated" in waypost("check", "--home", kit, "--mrz", HONEST).out


def test_the_zone_can_come_from_standard_input(kit: Path) -> None:
    done = process("check", "--home", kit, "--mrz", "-", stdin=STOLEN)
    assert done.returncode == 20 and "REFER" in done.stdout


def test_what_a_reader_sends_around_a_zone_changes_no_answer(kit: Path) -> None:
    rte = "\x01a\0OU\x02 \r" + STOLEN.replace("\n", "\r") + "\r\x03A"
    status = "READY\n\r" + STOLEN.replace("\n", "\n\r") + "\n\rEND\n\r"
    for framed in (rte, status):
        done = process("check", "--home", kit, "--mrz", "-", stdin=framed)
        assert done.returncode == 20 and "REFER" in done.stdout and done.stderr == ""
    two = process("check", "--home", kit, "--mrz", "-", stdin=f"{STOLEN}\n{HONEST}")
    assert two.returncode == 30 and "more than one machine-readable zone" in two.stderr


def test_a_typed_number_is_no_ground_to_refer(waypost: Waypost, kit: Path) -> None:
    done = waypost("check", "--home", kit, "--number", "24fv-38617", "--country", "FRA", "--name", "X, Y", "--json")
    assert (done.json["verdict"], done.code) == ("check", 10)
    assert done.json["advice"][0] == "Scan the document"


def test_a_typed_name_alone_is_screened(waypost: Waypost, kit: Path) -> None:
    who = ("--name", "Zoltaverde Quint, Ignacio Ramiro", "--born", "1979-04-23", "--sex", "M", "--nationality", "ARG")
    assert waypost("check", "--home", kit, *who).code == 20
    assert waypost("check", "--home", kit, "--name", "Hallingdal, Ragnhild", "--born", "1984-06-19").code == 10


def test_a_batch_answers_every_line_in_order(kit: Path) -> None:
    lines = [
        json.dumps({"mrz": HONEST, "id": "a"}),
        "not json",
        json.dumps({"name": "NOBODY, KNOWN", "born": "yesterday"}),
        json.dumps({"mrz": STOLEN}),
        json.dumps({"mrz": HONEST, "colour": "red"}),
    ]
    done = process("check", "--home", kit, "--batch", "-", stdin="\n".join(lines) + "\n")
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    for reply in replies:
        jsonschema.validate(reply, SCHEMA)
    assert [(reply["id"], reply["line"]) for reply in replies] == [("a", 1), (None, 2), (None, 3), (None, 4), (None, 5)]
    assert [reply["verdict"] for reply in replies] == ["clear", "cannot_say", "cannot_say", "refer", "cannot_say"]
    assert done.returncode == 20 and "Traceback" not in done.stderr


def test_a_line_that_cannot_be_screened_keeps_its_own_id(kit: Path) -> None:
    lines = [{"id": 2, "mrz": HONEST, "colour": "red"}, {"id": "b", "name": "X", "born": "yesterday"}]
    done = process("check", "--home", kit, "--batch", "-", stdin="\n".join(map(json.dumps, lines)))
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [2, "b"]


def test_a_line_without_an_id_does_not_borrow_the_id_of_another(kit: Path) -> None:
    lines = [{"id": 2, "mrz": HONEST}, {"mrz": STOLEN}]
    done = process("check", "--home", kit, "--batch", "-", stdin="\n".join(map(json.dumps, lines)))
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(reply["id"], reply["line"], reply["verdict"]) for reply in replies] == [
        (2, 1, "clear"),
        (None, 2, "refer"),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        ("--number", "A1", "--country", "ZZZ", "--json"),
        ("--name", "X, Y", "--born", "yesterday", "--json"),
        ("--batch", os.devnull),
    ],
)
def test_a_question_that_cannot_be_asked_is_answered_in_json_too(kit: Path, asked: tuple[str, ...]) -> None:
    done = process("check", "--home", kit, *asked)
    reply = json.loads(done.stdout)
    jsonschema.validate(reply, SCHEMA)
    assert (done.returncode, reply["verdict"], set(reply)) == (30, "cannot_say", {"verdict", "error"})
    assert reply["error"] in done.stderr


def test_a_home_that_does_not_open_is_answered_in_json_too(kit: Path) -> None:
    done = process("check", "--home", kit / "elsewhere", "--mrz", HONEST, "--json")
    reply = json.loads(done.stdout)
    jsonschema.validate(reply, SCHEMA)
    assert (done.returncode, reply["verdict"]) == (30, "cannot_say") and "elsewhere" in reply["error"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("--json",), "Give --mrz"),
        (("--json", "--number", "AB12345"), "--country is missing"),
        (("--batch", "/nowhere"), "--batch"),
    ],
)
def test_wrong_usage_is_answered_in_json_too(kit: Path, asked: tuple[str, ...], says: str) -> None:
    done = process("check", "--home", kit, *asked)
    reply = json.loads(done.stdout)
    jsonschema.validate(reply, SCHEMA)
    assert (done.returncode, reply["verdict"]) == (2, "cannot_say") and says in reply["error"]


def test_a_batch_from_another_machine(kit: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    marked = b"\xef\xbb\xbf" + json.dumps({"id": "marked", "mrz": HONEST}).encode() + b"\r\n"
    batch.write_bytes(marked + '{"id": "latin", "name": "MÜLLER"}\n'.encode("latin-1"))
    done = process("check", "--home", kit, "--batch", batch)
    replies = {reply["id"]: reply for reply in map(json.loads, done.stdout.splitlines())}
    assert replies["marked"]["verdict"] == "clear"
    assert replies["latin"]["verdict"] == "cannot_say" and "not in UTF-8" in replies["latin"]["error"]


def test_a_line_that_is_refused_is_told_so_once_and_in_a_sentence(kit: Path) -> None:
    lines = ["[1]", "not json", '{"id": 4, "mrz": "", "codes": ["0g", "0h"]}', '{"id": 5}']
    done = process("check", "--home", kit, "--batch", "-", stdin="\n".join(lines))
    errors = [json.loads(line)["error"] for line in done.stdout.splitlines()]
    assert errors == [
        "This line cannot be screened (the content must be an object). Nobody was screened.",
        "This line is not JSON. Nobody was screened.",
        "This line cannot be screened (codes.0 must be hexadecimal, of at most 4096 bytes). Nobody was screened.",
        "This line cannot be screened (it has no mrz, number or name). Nobody was screened.",
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [("abc", "1 line of 3 characters"), ("-", "Nothing arrived on standard input"), (__file__, "`--mrz - < ")],
)
def test_what_is_no_zone_is_screened_and_said_to_be_none(kit: Path, given: str, says: str) -> None:
    done = process("check", "--home", kit, "--mrz", given, "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (30, "cannot_say")
    assert says in done.stderr


def test_a_zone_needs_no_explanation(kit: Path) -> None:
    assert process("check", "--home", kit, "--mrz", "-", stdin=HONEST).stderr == ""


def test_a_batch_without_a_line_is_no_clear(kit: Path) -> None:
    done = process("check", "--home", kit, "--batch", "-", stdin="\n\n")
    assert done.returncode == 30 and "batch is empty" in done.stderr
    assert json.loads(done.stdout)["verdict"] == "cannot_say"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--number", ""), "Give --mrz, --number or --name"),
        (("--name", "X", "--party", "p" * 101), "party"),
        (("--mrz", HONEST, "--born", "1970"), "belong to a typed name"),
        (("--name", "X", "--country", "NOR"), "belong to a typed number"),
    ],
)
def test_options_that_cannot_be_are_named(waypost: Waypost, kit: Path, arguments: tuple[str, ...], says: str) -> None:
    done = waypost("check", "--home", kit, *arguments)
    assert done.code == 30 and says in done.err and "unexpected" not in done.err


def test_a_terminal_without_our_marks_still_gets_the_answer(kit: Path) -> None:
    done = process("check", "--home", kit, "--mrz", HONEST, PYTHONIOENCODING="latin-1")
    assert done.returncode == 0 and done.stdout.startswith("1. CLEAR")


def test_a_number_without_its_country_is_asked_for(waypost: Waypost, kit: Path) -> None:
    done = waypost("check", "--home", kit, "--number", "AB12345")
    assert done.code == 2 and "--country is missing" in done.err
    batch = process("check", "--home", kit, "--batch", "-", stdin='{"id": 7, "number": "AB12345"}\n')
    assert "issuing country of the document number is missing" in json.loads(batch.stdout)["error"]


@pytest.mark.parametrize(
    "arguments", [(), ("--mrz", "x", "--batch", "-"), ("--mrz", "x", "--json", "--plain"), ("--nonsense",)]
)
def test_wrong_usage_is_2(waypost: Waypost, kit: Path, arguments: tuple[str, ...]) -> None:
    assert waypost("check", "--home", kit, *arguments).code == 2


def test_what_prevents_an_answer_is_30_and_says_so(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    wrong = waypost("check", "--home", kit, "--mrz", HONEST, passphrase="wrong")
    assert wrong.code == 30 and "passphrase is wrong" in wrong.err
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    unread = waypost("check", "--home", kit, "--mrz", HONEST, "--passphrase-file", binary)
    assert unread.code == 30 and "cannot be read as text" in unread.err
    none = waypost("check", "--home", tmp_path / "nowhere", "--mrz", HONEST)
    assert none.code == 30 and "no kit in" in none.err
    (kit / "vault.db").write_bytes(b"x" * 8192)
    damaged = waypost("check", "--home", kit, "--mrz", HONEST)
    assert damaged.code == 30 and "vault.db" in damaged.err
    assert "Traceback" not in wrong.err + none.err + damaged.err


def test_a_damaged_list_is_cannot_say_until_the_courier_mends_it(waypost: Waypost, kit: Path) -> None:
    (base,) = (kit / "lists" / "sltd").glob("base-*")
    content = bytearray(base.read_bytes())
    for place in range(4096 + 100, len(content) - 4096, 512):
        content[place] ^= 0xFF
    base.write_bytes(content)
    done = waypost("check", "--home", kit, "--mrz", HONEST, "--json")
    assert (done.json["verdict"], done.code) == ("cannot_say", 30)
    assert "list_damaged" in {finding["reason"] for finding in done.json["findings"]}
    (state,) = [one for one in waypost("lists", "--home", kit, "--json").json if one["list"] == "sltd"]
    assert state["state"] == "list_damaged"
    assert "sltd: damaged\n" in waypost("lists", "--home", kit).out
    assert waypost("courier", "run", "--home", kit).code == 0
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0
    assert waypost("check", "--home", kit, "--mrz", STOLEN).code == 20


@pytest.mark.parametrize("file", ["kind.json", "overlay.db"])
def test_a_list_that_cannot_be_opened_hides_no_other_hit(waypost: Waypost, kit: Path, file: str) -> None:
    (kit / "lists" / "un" / file).write_bytes(b"x" * 8192)
    assert_only_un_is_unreadable(waypost, kit)
    assert waypost("courier", "run", "--home", kit).code == 0
    assert waypost("check", "--home", kit, "--mrz", HONEST).code == 0


@pytest.mark.parametrize("kind", ["documents", "of-a-later-version"])
def test_a_list_of_another_kind_than_headquarters_says_hides_no_other_hit(
    waypost: Waypost, kit: Path, kind: str
) -> None:
    (kit / "lists" / "un" / "kind.json").write_text(json.dumps({"kind": kind}))
    assert_only_un_is_unreadable(waypost, kit)


def test_a_list_of_a_newer_version_hides_no_other_hit(waypost: Waypost, kit: Path) -> None:
    with (
        closing(KitHome.open(kit, PASSPHRASE, "test")) as home,
        closing(home.lists.open("un")._overlay.connection) as overlay,
    ):
        overlay.execute("UPDATE _sqlite_migrations SET name = 'what_is_to_come' WHERE name = 'state_and_notes'")
    assert_only_un_is_unreadable(waypost, kit)


def assert_only_un_is_unreadable(waypost: Waypost, kit: Path) -> None:
    assert waypost("check", "--home", kit, "--mrz", STOLEN).code == 20
    done = waypost("check", "--home", kit, "--mrz", HONEST, "--json")
    assert done.code == 30 and ("persons:un", "list_damaged") in {
        (one["check"], one["reason"]) for one in done.json["findings"]
    }
    assert {one["list"]: one["state"] for one in waypost("lists", "--home", kit, "--json").json}["un"] == "list_damaged"


def test_an_expired_list_is_cannot_say_with_what_was_found(waypost: Waypost, made: Path, tmp_path: Path) -> None:
    hq, kit, secret = tmp_path / "hq", tmp_path / "kit", tmp_path / "secret"
    waypost("hq", "init", "--home", hq)
    lists = TOP / "ui" / "demo" / "lists"
    waypost(
        "hq",
        "import",
        "--home",
        hq,
        "--list",
        "sltd",
        "--format",
        "sltd-csv",
        "--as-of",
        "2026-01-05",
        lists / "sltd.csv",
    )
    waypost("hq", "publish", "--home", hq)
    waypost("hq", "enrol", "--home", hq, "--kit", "k", "--source", hq / "public", "--out", secret)
    waypost("kit", "init", "--home", kit, "--enrol", secret)
    assert waypost("courier", "run", "--home", kit).code == 0
    honest = waypost("check", "--home", kit, "--mrz", HONEST, "--json").json
    assert honest["verdict"] == "cannot_say" and "Nothing found; lists updated" in honest["second_line"]
    assert waypost("check", "--home", kit, "--mrz", STOLEN).code == 20
    waypost("hq", "publish", "--home", hq)
    waypost("courier", "run", "--home", kit)
    (state,) = waypost("lists", "--home", kit, "--json").json
    assert state["state"] == "list_expired" and datetime.fromisoformat(state["as_of"]).year == 2026


def test_a_kit_that_never_synced_clears_nobody(waypost: Waypost, made: Path, tmp_path: Path) -> None:
    hq, kit, secret = made / "hq", tmp_path / "fresh", tmp_path / "secret"
    waypost("hq", "enrol", "--home", hq, "--kit", "fresh", "--source", hq / "public", "--out", secret)
    waypost("kit", "init", "--home", kit, "--enrol", secret)
    done = waypost("check", "--home", kit, "--mrz", HONEST, "--json")
    assert done.json["verdict"] == "cannot_say" and "no_list" in {one["reason"] for one in done.json["findings"]}


def test_a_clock_behind_signed_time_is_said(waypost: Waypost, kit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "clock" not in waypost("check", "--home", kit, "--mrz", HONEST).err
    monkeypatch.setattr(
        "ui.wiring.read_clock", lambda home: read_clock(home).not_before(read_system_time() + timedelta(days=1))
    )
    for command in (("check", "--mrz", HONEST), ("lists",)):
        assert "clock is behind signed time" in waypost(*command, "--home", kit).err


def test_every_answer_is_in_the_journal_before_it_is_given(waypost: Waypost, kit: Path) -> None:
    for zone in (HONEST, STOLEN, "garbage"):
        assert waypost("check", "--home", kit, "--mrz", zone, "--json").json["revision"] >= 1
    report = waypost("journal", "verify", "--home", kit, "--json")
    assert report.code == 0 and report.json["faults"] == [] and report.json["events"] >= 3


def test_no_passphrase_in_arguments_or_children(kit: Path) -> None:
    done = process("check", "--help")
    assert "--passphrase " not in done.stdout and PASSPHRASE not in done.stdout


def boarding_pass(name: str) -> bytes:
    return f"M1{name:<20}EABC123 AAABBBXY 0123 183Y012A0025 100".encode()


def test_a_code_is_told_beside_the_zone(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    ours, others, torn = (tmp_path / name for name in ("ours", "others", "torn"))
    ours.write_bytes(boarding_pass("HALLINGDAL/RAGNHILDMRS"[:20]))
    others.write_bytes(boarding_pass("ZOLTAVERDE/IGNACIO"))
    torn.write_bytes(b"\xdc\x03torn")
    done = waypost("check", "--home", kit, "--mrz", HONEST, "--code", ours, "--json")
    jsonschema.validate(done.json, SCHEMA)
    assert (done.code, done.json["codes"]) == (0, [{"symbology": "unknown", "kind": "boarding_pass", "bytes": 60}])
    assert [one["state"] for one in done.json["findings"] if one["check"] == "boarding_pass"] == ["pass"]
    said = waypost("check", "--home", kit, "--mrz", HONEST, "--code", others, "--code", torn)
    assert said.code == 10
    assert "Flights: XY 123, AAA to BBB" in said.out
    assert "Digital seal, NOT DONE" in said.out


def test_what_a_scanner_sends_around_a_pass_changes_no_answer(kit: Path, tmp_path: Path) -> None:
    file = tmp_path / "pass"
    answers = []
    for before, after in ((b"", b""), (b"\x02\0 ]L0", b" \r\n\0\x03?")):
        file.write_bytes(before + boarding_pass("A/B") + after)
        done = process("check", "--home", str(kit), "--mrz", HONEST, "--code", str(file), "--json")
        findings = json.loads(done.stdout)["findings"]
        answers.append(next(finding["says"] for finding in findings if finding["check"] == "boarding_pass"))
    assert answers[0] == answers[1] and "A/B" in answers[0]


def test_codes_come_on_stdin_and_in_a_batch_and_are_bounded(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    line = json.dumps({"mrz": HONEST, "codes": [boarding_pass("OTHER/BOB").hex()]})
    done = process("check", "--home", str(kit), "--batch", "-", stdin=f'{line}\n{{"mrz":"","codes":["0g"]}}\n')
    first, second = (json.loads(one) for one in done.stdout.splitlines())
    assert (first["verdict"], second["verdict"]) == ("check", "cannot_say")
    assert "codes" in second["error"]
    piped = process("check", "--home", str(kit), "--mrz", HONEST, "--code", "-", stdin=boarding_pass("A/B").decode())
    assert piped.returncode == 10
    large = tmp_path / "large"
    large.write_bytes(bytes(5000))
    assert "4096 bytes" in waypost("check", "--home", kit, "--mrz", HONEST, "--code", large).err
    assert waypost("check", "--home", kit, "--code", large).code == 2
    five = ["--code", large] * 5
    assert waypost("check", "--home", kit, "--mrz", HONEST, *five).code == 2


def test_a_code_of_no_known_kind_is_not_passed_over(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"https://tickets.example/1")
    done = waypost("check", "--home", kit, "--mrz", HONEST, "--code", junk)
    assert done.code == 30 and "is of no known kind" in done.err and "CLEAR" not in done.out


@pytest.mark.parametrize("option", ["--reader", "--chip"])
def test_what_is_no_url_of_a_device_is_named_with_an_example(waypost: Waypost, kit: Path, option: str) -> None:
    done = waypost("check", "--home", kit, option, "foo", *(() if option == "--reader" else ("--can", "123456")))
    assert done.code == 30 and "'foo' is not the URL of a device" in done.err and "serial:///dev/" in done.err


@pytest.mark.parametrize("form", ["--json", "--plain", "--batch"])
def test_an_answer_that_cannot_be_printed_is_none(kit: Path, form: str) -> None:
    """A full disk takes no output: nobody may take that for an answer."""
    question = ("--batch", "-") if form == "--batch" else (form, "--mrz", "-")
    content = json.dumps({"mrz": WANTED}) if form == "--batch" else WANTED
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ui", "check", "--home", kit, *question],
            cwd=TOP,
            env={**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE},
            input=content.encode(),
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 30
    assert b"Traceback" not in done.stderr and b"disk is not full" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-2", "cp1252", "utf-8"])
def test_json_is_in_utf8_whatever_the_terminal_has(kit: Path, encoding: str) -> None:
    question = json.dumps({"id": "MUÑOZ", "mrz": HONEST}, ensure_ascii=False).encode()
    done = subprocess.run(
        [sys.executable, "-m", "ui", "check", "--home", kit, "--batch", "-"],
        cwd=TOP,
        env={**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE, "PYTHONIOENCODING": encoding},
        input=question,
        capture_output=True,
    )
    assert json.loads(done.stdout.decode())["id"] == "MUÑOZ"


def test_closed_descriptors_are_as_dev_null(kit: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m ui check --home {shlex.quote(str(kit))} --json"
    environment = {**os.environ, "WAYPOST_PASSPHRASE": PASSPHRASE}

    def run(ending: str, zone: str = WANTED) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            ["sh", "-c", f"{command} {ending}"], cwd=TOP, env=environment, input=zone.encode(), capture_output=True
        )

    done = run("--mrz - >&-")
    assert (done.returncode, done.stderr) == (20, b"")
    assert run("--mrz - >&- 2>&-").returncode == 20
    assert run("--mrz - <&-").returncode == 30
    done = run("--nonsense 2>&-")
    assert done.returncode == 2 and json.loads(done.stdout)["verdict"] == "cannot_say"
    assert run("--nonsense 2>/dev/full").returncode == 2
