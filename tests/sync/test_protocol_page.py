"""docs/protocol.md is what others write clients from: its examples and bounds are held against our own parsers.

An example is a block ```` ```example <name> ````: lines of a name, two blanks or more and a value, which goes on in the
indented lines below it. Each has its check here, and each check its example.
"""

import hashlib
import io
import json
import pkgutil
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from data.certificates.trust_record import TrustItem
from data.documents import document_record, sealed_keys
from data.documents.document_record import DocumentRecord, Fraud
from data.documents.sealed_keys import Sealer, canonical_row
from data.journal.chains import Position, Stream, hash_entry
from data.json_codec import encode_canonical, to_json_value
from data.lists import kinds
from data.lists.kinds import documents, persons
from data.lists.rows import Row, add_to_digest, digest_row
from data.persons import notice
from data.persons.notice import Action, Colour
from data.persons.person import NameQuality, Sex
from data.policy import Policy, policy_from_json, policy_to_json
from sync.formats import envelope, report_messages, sealed_file
from sync.formats.enrolment_file import EnrolmentFile
from sync.formats.envelope import Envelope
from sync.formats.manifest import file_path, hash_to_text, manifest_from_json, manifest_to_json
from sync.formats.parts_directory import digests_from_json, directory_from_json, directory_to_json
from sync.formats.payload import Header, PayloadKind, PayloadReader, RowForm
from sync.kit.neighbours.discovery import Hello, hello_from
from sync.limits import LIMITS

PAGE = (Path(__file__).parents[2] / "docs/protocol.md").read_text("utf-8")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
Example = dict[str, str]


def _values(block: str) -> Example:
    values: Example = {}
    name = ""
    for line in block.splitlines():
        if not line.startswith(" "):
            name, _, line = line.partition("  ")
            values[name] = ""
        values[name] += line.strip()
    return values


EXAMPLES = {name: _values(block) for name, block in re.findall(r"^```example (\S+)\n(.*?)^```$", PAGE, re.M | re.S)}


def _box(example: Example, name: str) -> bytes:
    return b64decode(example[name], validate=True)


def _row(text: str) -> Row:
    key, body = text.split()
    return Row(bytes.fromhex(key), bytes.fromhex(body))


def _kits() -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(EXAMPLES["envelope"]["kits key"]))


def _read(content: bytes) -> tuple[Header, list[bytes], list[Row]]:
    reader = PayloadReader(io.BytesIO(content))
    return reader.header, list(reader.removed_keys()), list(reader.rows())


def _policy(example: Example) -> Policy:
    policy = policy_from_json(example["policy"].encode())
    assert json.loads(policy_to_json(policy)) == json.loads(example["policy"])
    assert policy.kits == EXAMPLES["envelope"]["kits key"]
    assert policy.of("inv").bounds.approvals and policy.of("inv").bounds.baseline
    return policy


def _envelope(example: Example) -> Envelope:
    opened = envelope.unseal_envelope(_box(example, "envelope"), example["identity"], _kits())
    assert envelope.signed_content(opened).decode() == example["content"]
    envelope.check_recipient(opened, opened.kit, opened.enrolment_id, opened.serial, NOW)
    assert opened.lists[0].keys == {1: bytes.fromhex(EXAMPLES["sealed-file"]["list key"])}
    return opened


def _manifest(example: Example) -> None:
    manifest = manifest_from_json(example["manifest"].encode(), "inv")
    assert manifest_to_json(manifest) == example["manifest"].encode()
    assert file_path(manifest, manifest.snapshot.file) == example["snapshot"]
    assert file_path(manifest, manifest.deltas[0].file) == example["delta"]
    file = bytes.fromhex(EXAMPLES["sealed-file"]["file"])
    announced = manifest.deltas[0].file
    assert (announced.size, announced.sha256) == (len(file), hashlib.sha256(file).hexdigest())
    assert hash_to_text(announced.sha256) in example["manifest"]


def _sealed_file(example: Example) -> None:
    file, key = bytes.fromhex(example["file"]), bytes.fromhex(example["list key"])
    content = sealed_file.unseal_file(io.BytesIO(file), key).read()
    assert example["content"] == f"{len(content)} bytes"
    assert example["name"].endswith(hashlib.sha256(file).hexdigest()[:16])
    cipher = AESGCM(bytes.fromhex(example["derived key"]))
    assert cipher.decrypt(bytes.fromhex(example["first nonce"]), file[24:], file[:24])


def _payload_in_rows(example: Example) -> None:
    pieces = (
        example["length"],
        example["header"].encode().hex(),
        example["removed key"],
        example["row key"],
        example["row body"],
    )
    content = bytes.fromhex("".join(pieces))
    file = EXAMPLES["sealed-file"]
    assert (
        content
        == sealed_file.unseal_file(io.BytesIO(bytes.fromhex(file["file"])), bytes.fromhex(file["list key"])).read()
    )
    header, removed, rows = _read(content)
    assert header.edition.digest == add_to_digest(0, rows)
    assert header.canaries[0].is_body(rows[0].body)
    assert (len(removed), len(rows)) == (header.removed, header.rows) == (1, 1)


def _payload_in_columns(example: Example) -> None:
    planes = example["removed"] + example["keys"] + example["bodies"]
    content = bytes.fromhex(example["length"]) + example["header"].encode() + bytes.fromhex(planes)
    header, removed, rows = _read(content)
    assert removed == [bytes.fromhex(example["removed key"])]
    assert rows == [_row(example["first row"]), _row(example["second row"])]
    assert header.edition.digest == add_to_digest(0, rows)
    assert [tuple(field)[: len(facts)] for field, facts in zip(header.fields, documents.BODY_FIELDS, strict=True)] == [
        *documents.BODY_FIELDS
    ]


def _directory(example: Example) -> None:
    directory = directory_from_json(example["directory"].encode(), epoch=1, version=5, rows=2)
    assert directory_to_json(directory).decode() == example["directory"]
    assert [part.file.name for part in directory.parts] == [example["part 0"], example["part 1"]]
    rows = EXAMPLES["payload-in-columns"]
    stretches = [digest_row(_row(rows[name])) for name in ("first row", "second row")]
    assert digests_from_json(example["digests"].encode(), 2) == stretches
    assert sum(stretches) % (1 << 256) == int(example["whole"], 16)


def _digest(example: Example) -> None:
    wide = Row(bytes.fromhex(example["key of wide row"]), bytes.fromhex(example["its body"]))
    fixed = Row(bytes.fromhex(example["key of fixed row"]), bytes.fromhex(example["its body of 8"]))
    assert fixed.is_fixed_width and not wide.is_fixed_width
    assert f"{digest_row(wide):064x}" == example["its digest"]
    assert f"{digest_row(fixed):064x}" == example["its fixed digest"]
    assert f"{add_to_digest(0, [wide, fixed]):064x}" == example["digest of both"]


def _document_row(example: Example) -> None:
    row, facts = _row(f"{example['row key']} {example['row body']}"), json.loads(example["says"])
    assert canonical_row("AB1234567", "FRA", "P").hex() == example["sealed row"]
    key = Sealer(bytes.fromhex(example["salt"])).key("AB1234567", "FRA", "P")
    assert key.to_bytes(8, "big", signed=True) == row.key
    assert to_json_value(document_record.unpack_facts(int.from_bytes(row.body, "big"))) == {
        **facts, "expires": facts["expires"] or None,
    }  # fmt: skip
    theft, review = (datetime.fromisoformat(facts[name]).date() for name in ("theft_date", "review"))
    record = DocumentRecord("AB1234567", "FRA", facts["type"], Fraud(facts["fraud"]), theft, facts["theft_country"])
    assert list(documents.rows([replace(record, review=review)], bytes.fromhex(example["salt"]))) == [row]


def _blank_range(example: Example) -> None:
    sealer, inside = Sealer(bytes.fromhex(example["salt"])), "LV7730055"
    covered = list(sealed_keys.cover_range(example["first"], example["last"]))
    assert covered == example["patterns"].split()
    (pattern,) = set(sealed_keys.range_patterns(inside, int(example["ends row body"], 16))) & set(covered)
    assert canonical_row(pattern, "LVA", "p").hex() == example["sealed row"]
    assert canonical_row(sealed_keys.levels_number(len(inside)), "LVA", "p").hex() == example["ends sealed row"]
    for name, number in (("row key", pattern), ("ends row key", sealed_keys.levels_number(len(inside)))):
        assert sealer.key(number, "LVA", "p").to_bytes(8, "big", signed=True).hex() == example[name]
    record = DocumentRecord(example["first"], "LVA", "PAS", Fraud.STOLEN_BLANK, number_to=example["last"])
    *rows, ends = documents.rows([record], bytes.fromhex(example["salt"]))
    assert (ends.key.hex(), ends.body.hex()) == (example["ends row key"], example["ends row body"])
    assert example["row key"] in {row.key.hex() for row in rows}


def _person_row(example: Example) -> None:
    decoded = notice.decode_notice(example["body"])
    (row,) = persons.rows([decoded], b"")
    assert (row.key.hex(), row.body.decode()) == (example["key"], example["body"])


def _hello(example: Example) -> None:
    hello = hello_from(example["hello"].encode())
    assert isinstance(hello, Hello)
    assert hello.to_bytes().decode() == example["hello"]


def _entry(example: Example) -> None:
    body, previous = example["body"].encode(), bytes.fromhex(example["previous"])
    assert encode_canonical(json.loads(body)) == body
    assert hash_entry(example["stream"], int(example["seq"]), example["kind"], body, previous).hex() == example["hash"]


def _segment(example: Example) -> None:
    sender = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(example["signing"])).public_key().public_bytes_raw()
    assert sender.hex() == example["signed by"]
    _, content = report_messages.open_message(
        report_messages.SEGMENT_PURPOSE,
        _box(example, "segment"),
        example["mailbox identity"],
        most_bytes=LIMITS.segment_bytes,
        known=lambda public: public == sender,
        title=report_messages.SEGMENT_TITLE,
    )
    assert example["content"] == f"{len(content)} bytes"
    assert content[4 : 4 + int.from_bytes(content[:4], "big")].decode() == example["header"]
    read = report_messages.read_segment(content)
    assert [f"{entry.kind} {entry.body.decode()}" for entry in read.batch.entries] == [example["lines"]]
    assert read.batch.end == Position(1, bytes.fromhex(EXAMPLES["entry"]["hash"]))


def _acknowledgement(example: Example) -> None:
    kit = _envelope(EXAMPLES["envelope"])
    enrolment = EnrolmentFile(kit.kit, "", kit.enrolment_id, EXAMPLES["envelope"]["identity"], "", b"", "", "")
    heads = report_messages.read_acknowledgement(_box(example, "acknowledgement"), enrolment, _kits(), NOW)
    assert heads.heads == {Stream.RECEIPTS: Position(1, bytes.fromhex(EXAMPLES["entry"]["hash"]))}
    content = json.loads(example["content"])
    assert encode_canonical(content).decode() == example["content"]
    assert (content["incarnation"], content["signed"]) == (heads.incarnation, to_json_value(heads.signed))


CHECKS: dict[str, Callable[[Example], object]] = {
    "policy": _policy,
    "envelope": _envelope,
    "manifest": _manifest,
    "sealed-file": _sealed_file,
    "payload-in-rows": _payload_in_rows,
    "payload-in-columns": _payload_in_columns,
    "directory": _directory,
    "digest": _digest,
    "document-row": _document_row,
    "blank-range": _blank_range,
    "person-row": _person_row,
    "hello": _hello,
    "entry": _entry,
    "segment": _segment,
    "acknowledgement": _acknowledgement,
}


def test_every_example_has_its_check() -> None:
    assert EXAMPLES.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", CHECKS)
def test_an_example_of_the_page_says_what_the_product_reads(name: str) -> None:
    CHECKS[name](EXAMPLES[name])


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("`action`", set(Action)),
        ("`colour`", set(Colour)),
        ("… `names`", set(NameQuality)),
        ("… `sex`", set(Sex)),
        ("`item`", set(TrustItem)),
        ("`payload`", set(PayloadKind)),
        ("`form`", set(RowForm)),
    ],
)
def test_a_field_of_the_page_has_every_word_of_the_product(field: str, words: set[StrEnum]) -> None:
    (line,) = re.findall(rf"^\| {field} \| (.+) \|$", PAGE, re.M)
    assert words <= set(re.findall(r"`([^`]+)`", line))


def test_the_page_knows_every_kind_of_list() -> None:
    named = set(re.findall(r"^\*\*`(\w+)`\*\*", PAGE.partition("## What the rows mean")[2], re.M))
    assert named == {module.name for module in pkgutil.iter_modules(kinds.__path__)}


SIZES = {
    "manifest, policy": (LIMITS.manifest_bytes, LIMITS.policy_bytes),
    "envelope, enrolment file": (LIMITS.envelope_bytes, LIMITS.enrolment_bytes),
    "people of a kit, sealed": (LIMITS.people_bytes,),
    "roster, unpacked": (LIMITS.roster_bytes,),
    "sealed file; all parts of a snapshot": (LIMITS.payload_bytes,),
    "header of a payload": (LIMITS.header_bytes,),
    "key of a row": (LIMITS.key_bytes,),
    "body of a row": (LIMITS.body_bytes,),
    "rows of a payload": (LIMITS.rows,),
    "directory, digests": (LIMITS.directory_bytes,),
    "canaries that are checked": (LIMITS.canaries,),
    "lists": (LIMITS.lists,),
    "deltas of a manifest": (LIMITS.deltas,),
    "parts of a snapshot": (LIMITS.parts,),
    "approvals of a list": (LIMITS.approvals,),
    "segment, sealed": (LIMITS.segment_bytes,),
    "header of a segment": (report_messages._ROOM_BYTES,),
    "lines of a segment, unpacked": (2 * LIMITS.segment_text_bytes,),
    "entries of a segment": (LIMITS.segment_entries,),
    "acknowledgement": (LIMITS.acknowledgement_bytes,),
    "piece of a file on a stick": (LIMITS.stick_piece_bytes,),
}
_UNITS = {"": 1, "bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def test_the_sizes_of_the_page_are_those_that_are_held() -> None:
    lines = re.findall(r"^\| (.+?) \| ([\d,]+) ?(\w*) \|$", PAGE.partition("\n## Sizes\n")[2], re.M)
    sizes = {what: int(number.replace(",", "")) * _UNITS[unit] for what, number, unit in lines}
    assert {what: {size} for what, size in sizes.items()} == {what: set(limits) for what, limits in SIZES.items()}
