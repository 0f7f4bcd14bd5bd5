"""Every type that the product decodes JSON into, found in its source, with an example and what writes it again."""

import ast
import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyrage
from pydantic import BaseModel
from tuf.api.metadata import Metadata, Root

from data.certificates.trust_record import encode_trust_record
from data.json_codec import encode_canonical
from data.lists.edition import edition_to_json
from data.lists.kinds import documents
from data.people.roster import encode_roster
from data.persons.notice import encode_notice
from data.policy import _to_policy, policy_to_json
from sync.formats.enrolment_file import _to_enrolment, enrolment_to_json
from sync.formats.manifest import _to_manifest, hash_to_text, manifest_to_json
from sync.formats.parts_directory import digests_to_json
from sync.formats.payload import _to_header, write_header
from sync.headquarters.ceremonies.signing_request import _to_request, write_request
from sync.limits import LIMITS
from tests.structure.product import ProductModule, product_modules

_DECODERS = {"decode", "decode_or_none"}
_MAY_DECODE = re.compile(r"(?<![.\w])decode(_or_none)?\(")
"""Only these texts are parsed, which takes a while in each process that collects tests."""


@dataclass(frozen=True)
class JsonFormat:
    """One type that a module decodes into."""

    place: str
    """`data.policy:_PolicyFile`."""
    model: Any


def json_formats() -> Iterator[JsonFormat]:
    """The first argument of every call of a decoder in the product."""
    for module in product_modules():
        if module.dotted == "data.json_codec" or not _MAY_DECODE.search(module.text):
            continue
        for text in _decoded_types(module):
            namespace = vars(import_module(module.dotted))
            yield JsonFormat(f"{module.dotted}:{text}", eval(text, namespace))  # noqa: S307


def _decoded_types(module: ProductModule) -> Iterator[str]:
    for scope in module.syntax.body:
        for node in ast.walk(scope):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DECODERS:
                text = ast.unparse(node.args[0])
                yield scope.name if text == "cls" and isinstance(scope, ast.ClassDef) else text


def _write_header(facts: Any) -> bytes:
    """Without its length, which takes two bytes."""
    return write_header(_to_header(facts, LIMITS))[2:]


def _write_request(file: Any) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "request"
        write_request(_to_request(file), path)
        return path.read_bytes()


def _write_directory(lines: Any) -> bytes:
    return json.dumps([[key.hex(), rows, size, hash_to_text(sha256)] for key, rows, size, sha256 in lines]).encode()


def write(value: Any) -> bytes:
    """As the vault, a row or a line of another process has a value."""
    return value.model_dump_json().encode() if isinstance(value, BaseModel) else encode_canonical(value)


def _write_driver_message(message: Any) -> str:
    return json.dumps(json.loads(write(message)) | {"log": [origin.to_json() for origin in message.log]})


WRITERS: dict[str, Callable[[Any], bytes | str]] = {
    "data.certificates.trust_record:TrustRecord": encode_trust_record,
    "data.lists.edition:Edition": edition_to_json,
    "data.lists.kinds.documents:DocumentRecord": documents.to_json,
    "data.log.error_log:LogEntry": lambda entry: json.dumps(entry.to_json()),
    "data.persons.notice:Notice": encode_notice,
    "data.people.roster:Roster": encode_roster,
    "data.policy:_PolicyFile": lambda file: policy_to_json(_to_policy(file)),
    "devices.isolation.messages:DriverMessage": _write_driver_message,
    "devices.staff_card.card_messages:CardAnswer": _write_driver_message,
    "sync.formats.enrolment_file:_EnrolmentFacts": lambda file: enrolment_to_json(_to_enrolment(file)),
    "sync.formats.manifest:_ManifestFile": lambda file: manifest_to_json(_to_manifest(file.manifest, "un", LIMITS)),
    "sync.formats.parts_directory:list[Digest]": digests_to_json,
    "sync.formats.parts_directory:tuple[_PartLine, ...]": _write_directory,
    "sync.formats.payload:_HeaderFacts": _write_header,
    "sync.headquarters.ceremonies.signing_request:_RequestFile": _write_request,
}
"""What writes a format again where `write` does not."""


_TIME, _LATER, _LAST = "2026-03-01T12:00:00Z", "2026-05-01T12:00:00Z", "2026-09-01T12:00:00Z"
_PROVENANCE = {
    "device": "paper:1",
    "driver": "paper",
    "at": _TIME,
    "raw_hash": "00" * 32,
    "simulated": False,
    "doubts": [3],
    "agreeing": 1,
}
_DOCUMENT = {
    "code": "P",
    "issuer": "UTO",
    "number": "L1234567A",
    "name": {"surname": "SAMPLE", "given": "ADA", "truncated": False},
    "nationality": "UTO",
    "birth": "1990-02-03",
    "sex": "F",
    "expiry": "2030-01-01",
    "optional": "",
    "format": "TD3",
    "raw": "P<UTO",
    "digits": [{"field": "number", "found": "1", "expected": "1", "ok": True}],
    "problems": ["no_name"],
    "repairs": [{"field": "birth", "read": "O", "means": "0"}],
    "doubtful": ["number"],
    "candidates": ["L1234567B"],
    "capture": "machine",
    "provenance": _PROVENANCE,
}
_TRAVELLER = {
    "surname": "SAMPLE",
    "given": "ADA",
    "truncated": False,
    "birth": "????-02-03",
    "sex": "F",
    "nationality": "UTO",
}
_FINDING = {
    "check": "persons:un",
    "state": "hit",
    "reason": "person_strong",
    "says": "Somebody",
    "mandatory": True,
    "evidence": {
        "matches": [
            {
                "list": "sltd",
                "grade": "exact",
                "number": "L1234567A",
                "country": "UTO",
                "type": "PAS",
                "fraud": "stolen",
                "theft_date": "",
                "theft_country": "",
                "review": "",
                "certain": True,
                "review_passed": False,
            },
        ],
        "candidates": [
            {
                "list": "un",
                "record": "1",
                "band": "strong",
                "score": 9.0,
                "name": "SAMPLE ADA",
                "primary_name": "SAMPLE ADA",
                "quality": "primary",
                "action": "detain",
                "colour": "red",
                "owner": "NCB",
                "reason": "",
                "fields": [
                    {
                        "field": "birth",
                        "traveller": "1990",
                        "listed": "1990",
                        "agreement": "same",
                        "weight": 1.0,
                        "note": "",
                    },
                ],
                "against": ["Something"],
                "ask": "",
                "says": "",
                "linked": [{"name": "EVE", "relation": "sister of", "record": "2"}],
                "documents": [{"number": "L1", "country": "UTO", "type": "PAS"}],
                "review_passed": False,
                "withheld": "",
            },
        ],
        "facts": {"as_of": _TIME},
    },
    "elapsed_ms": 1.5,
}
_HASH = "A" * 43
_IDENTITY = pyrage.x25519.Identity.generate()
_WRAPPED = {
    "kdf": {"name": "argon2id", "salt": "00" * 16, "memory_kib": 65536, "passes": 3, "lanes": 4},
    "nonce": "11" * 12,
    "wrapped": "22" * 48,
}
_KEY_FILE = {"format": 1, "name": "root-1", "role": "root", "made": _TIME, "public": "33" * 32}
_STATUS = {"state": "in_force", "reason": "", "lease_until": _LATER, "erase_after": _LAST, "signed": _TIME}
_LIST_KEY = {"name": "un", "kind": "persons", "mandatory": True, "keys": {"1": "44" * 32}}
_EDITION = {
    "list": "un", "kind": "persons", "version": 3, "as_of": _TIME, "published": _TIME, "source_date": "2026-02-27",
    "count": 2, "digest": "0a", "salt": "55", "schema": 1,
}  # fmt: skip
_POSITION = {"seq": 1, "hash": "66" * 32}
_AUDIENCE = {"kit": "north-1", "enrolment": "77" * 16, "incarnation": "88" * 16}
_HEALTH = {
    "at": _TIME,
    "lists": {"un": {"version": 3, "as_of": _TIME, "age_h": 2.5, "count": 7, "problem": "p"}},
    "problems": ["The disk is full"],
    "waypost": "1",
    "clock": {"reads": _TIME, "floor": _TIME, "behind": False},
    "contact": _TIME,
    "free_disk_mb": 3,
    "disk": "filling",
    "waiting": {"audit": 1},
    "audit": {"technician": {"seq": 1, "hash": "00"}},
    "standing": {"state": "good", "reason": "", "since": None, "days_left": 3, "silent_days": 1},
}

_NOTE = {"change": 3, "witness": 4, "synced": 2, "boot": "b"}
_LATEST = {"at": _TIME, "signed": _TIME}

EXAMPLES: dict[str, Any] = {
    "appliance.counter.check_request:CheckRequest": {
        "id": "a", "mrz": "P<", "number": "A1", "country": "NOR", "type": "P", "name": "DOE, JANE", "born": "1990",
        "sex": "F", "nationality": "NOR", "direction": "entry", "party": "bus 7", "codes": ["00ff"],
    },
    "appliance.counter.check_request:_Label": {"id": 7, "else": None},
    "data.certificates.trust_record:TrustRecord": {
        "item": "revocations", "country": "NO", "name": "CSCA", "key_id": "ab", "der": "AQID", "source": "PEM",
        "order": 1, "vouched": True,
    },
    "data.documents.seals.open_seal:_SealedMessage": {
        "data": {"hdr": {"t": "icao.test", "is": "NOR"}, "msg": {"pid": {"n": "ADA"}}},
        "sig": {"sigvl": "AQ", "cer": "Ag"},
    },
    "data.journal.audit.checkpoints:CheckpointStatement": {
        "at": _TIME,
        "heads": {"desk": {"seq": 5, "hash": "0a" * 32}},
        "incarnation": "0b" * 16,
        "key": "0c" * 32,
        "reason": "sync",
    },
    "data.journal.history:dict[str, Any]": {"screening": {"traveller": {"surname": "DOE"}}, "score": 1.5},
    "data.journal.history:VerifiedMark": {
        "at": _TIME,
        "whole_at": _TIME,
        "chains": {"desk": {"seq": 5, "hash": "0a" * 32}},
        "streams": {"crossings": {"seq": 3, "hash": "0b" * 32}},
        "event": 5,
        "events": 5,
    },
    "data.journal.journal_head:LatestTime": _LATEST,
    "data.journal.journal_head:WitnessNote": _NOTE,
    "data.journal.recorded_events:_StoredDecision": {
        "second": "4712", "name": "KIM", "human": "00000000000000a1", "second_name": "LEE",
        "second_human": "00000000000000a2",
    },
    "data.journal.recorded_events:_StoredFindings": {"findings": [_FINDING]},
    "data.journal.recorded_events:_StoredScreeningDetail": {
        "screening": {
            "documents": [_DOCUMENT], "traveller": _TRAVELLER, "at": _TIME, "officer": "kim", "direction": "entry",
            "lane": "1", "party": "", "conveyance": "",
        },
    },
    "data.journal.retention:_LostMemory": {"noticed": _TIME, "kept_from": "2026-09-01T10:00:00Z", "ran_s": 1.0},
    "data.journal.retention:_SignedSteps": {"steps": [{"ran_s": 1.0, "signed": _TIME}]},
    "data.journal.retention:RunningTime": {
        "total_s": 1.0, "at": _TIME, "boot": "b", "boot_s": 2.0, "step_s": 3.0,
    },
    "data.journal.unscreened:UnscreenedContent": {
        "zone": "P<UTO", "capture": "machine", "provenance": _PROVENANCE, "documents": [_DOCUMENT],
        "traveller": _TRAVELLER, "codes": [{"kind": "seal", "digest": "00"}],
    },
    "data.kit.headquarters_word:tuple[CarriedList, ...]": [{"name": "un", "kind": "persons", "mandatory": True}],
    "data.kit.headquarters_word:KitStatus": _STATUS,
    "data.kit.headquarters_word:dict[str, ZonedTime]": {"un": _TIME},
    "data.kit.headquarters_word:dict[str, ListVersion]": {"un": {"version": 3, "count": 2}},
    "data.lease.enforcement:_AccessRecord": {
        "silence": {
            "heard": _TIME, "boot": "b", "boot_s": 1.0, "ran_s": 2.0, "away_s": 3.0, "claim_s": None, "held_s": 4.0,
            "since_s": 5.0, "signed_s": 6.0, "step_s": 7.0, "unseen_s": 8.0, "unseen_since_s": 9.0, "doubted_s": 1.5,
            "start_s": 2.5, "start_certain_s": 3.5,
        },
        "words": 1, "state": "locked", "since": _TIME, "erased": "", "erasing": False, "generation": 2,
        "signed_age": None, "answer": {"signed": _TIME, "boot": "b", "boot_s": 1.0},
    },
    "data.lease.erasure:_ListKeysNote": {"serial": 4, "signer": "33" * 32, "lists": [_LIST_KEY]},
    "data.lists.catalogue:_KindNote": {"kind": "persons"},
    "data.lists.edition:Edition": _EDITION,
    "data.lists.kinds.documents:DocumentRecord": {
        "number": "A1234567", "country": "NOR", "type": "PAS", "fraud": "stolen", "theft_date": "2025-01-31",
        "theft_country": "NOR", "issued": "2020-01-31", "expires": "2030-01-31", "review": "2027-01-31", "batch": "7",
        "reference": "r", "note": "n", "number_to": "A1234569",
    },
    "data.lists.small_lists.small_list_kind:dict[str, object]": {"reference": "V-1", "plate": "AB 123", "year": 2019},
    "data.lists.overlay_change:TalliedContents": {
        "digest": "ab", "names": [[1, 5], [3, 2]], "births": [[0, 1], [1, 6]], "documents": [],
    },
    "data.lists.storage.list_witness:WitnessNote": _NOTE,
    "data.lists.storage.overlay:RolledBackVersion": {"version": 3, "who": "ada", "why": "wrong", "at": _TIME},
    "data.lists.storage.retention:RetainedSince": {"version": 3, "at": _TIME, "boot": "b", "boot_s": 1.5},
    "data.log.error_log:LogEntry": {"at": _TIME, "errors": [{"class": "Damaged"}]},
    "data.people.kit_roster:_ChangedSecrets": {
        "A-17": {"replaces": 1, "secret": "sha256:" + "00" * 32, "is_initial": True, "at": _TIME},
    },
    "data.people.kit_roster:_EnrolmentWithTechnician": {
        "technician": {"number": "T-9", "name": "T. Builder", "secret": "sha256:" + "00" * 32},
    },
    "data.people.kit_roster:_LocalPeople": [{
        "person": {
            "number": "L-1", "name": "Loc Al", "human": "0123456789abcdef", "roles": ["officer"],
            "credential": {
                "version": 0, "secret": "sha256:" + "00" * 32, "is_initial": True, "duress": "", "card": "",
            },
            "valid_from": None, "valid_until": _LATER,
        },
        "added_by": "S-1", "second": "O-2",
    }],
    "data.people.sessions:_Sessions": [{
        "id": "1", "kind": "desk", "number": "A-17", "name": "Ana Kovac", "human": "0123456789abcdef",
        "role": "officer", "place": {"lane": "2", "direction": "entry", "shift": "early"}, "opened": _TIME,
        "boot": "b", "boot_s": 1.5, "lasts_s": 43200.0, "valid_until": _LATER, "token": "ab", "ended": "signed_out",
    }],
    "data.people.sign_in_tries:TryCounts": {"version": 3, "kit": 2, "people": {"ab": 2}},
    "data.people.sign_in_tries:_TriesFile": {
        "counts": {"version": 3, "kit": 2, "people": {"ab": 2}}, "mac": "00" * 32,
    },
    "ui.service.program_lines:ProgramHello": {"hello": 1, "program": "P-1", "credential": "00" * 32},
    "ui.service.program_lines:ProgramLine": {
        "id": 7, "officer": "A-17", "lane": "2", "deadline_ms": 5000, "request": {"number": "L1", "country": "UTO"},
        "decide": None,
    },
    "ui.identity:SessionFile": {"kit": "north-1", "session": "1", "token": "ab", "boot": "b", "uid": 1000},
    "data.people.roster:Roster": {
        "serial": 4, "post": "north", "has_duress": True, "countersign_key": "55" * 32,
        "people": [{
            "number": "A-17", "name": "Ana Kovac", "human": "0123456789abcdef", "roles": ["officer"],
            "credential": {
                "version": 1, "secret": "sha256:" + "00" * 32, "is_initial": True, "duress": "sha256:" + "11" * 32,
                "card": "22" * 32,
            },
            "valid_from": _TIME, "valid_until": _LATER,
        }],
    },
    "data.persons.notice:Notice": {
        "record": "2025/1", "action": "detain", "colour": "red", "owner": "NCB NOR", "reference": "r",
        "reason": "fraud", "cautions": ["armed"], "listed": "2025-01-31", "updated": "2025-02-01",
        "review": "2030-01-31",
        "person": {
            "names": [{"full": "Jane Doe", "surname": "Doe", "given": "Jane", "quality": "low"}],
            "births": ["1965-03", "~1970", [None, 5, 17, False, None]], "sex": "F", "nationalities": ["NOR"],
            "birth_places": ["Oslo"], "documents": [{"number": "A1", "country": "NOR", "type": "PAS"}],
            "father": "F", "mother": "M", "marks": "1.70 m",
            "associates": [{"name": "J", "relation": "brother of", "record": "2025/2"}],
        },
    },
    "data.policy:_PolicyFile": {
        "format": 1,
        "lists": {
            "default": {"old_after_h": 48.0, "expired_after_h": 168.0},
            "un": {
                "old_after_h": 24.0, "expired_after_h": 72.0, "erase_within_hours": 12.0,
                "bounds": {
                    "adds": 1, "removes": 2, "adds_total": 3, "removes_total": 4,
                    "baseline": {"version": 1, "rows": 2, "digest": "ab"},
                },
                "approvals": [{"version": 2, "digest": "cd"}],
            },
        },
        "erase_within_hours": 336.0, "kits": "99" * 32,
    },
    "data.store_key:WrappedSecret": _WRAPPED,
    "data.kit.home:_EnrolledKit": {"kit": "north-1", "serial": 4},
    "data.kit.vault:WitnessNote": _NOTE,
    "data.witness.alarms:_ReportedAlarms": {"alarms": [{"part": "list", "subject": "un", "at": _TIME, "report": 4}]},
    "data.witness.comparison:_MetadataFile": {"signed": {"version": 3}},
    "data.witness.witness_file:WitnessRecord": {
        "step": 9, "synced_step": 7, "boot": "b", "vault": 2, "signed": _TIME, "latest": _LATEST,
        "journal": {
            "change": 3, "incarnation": "88", "heads": {"audit:desk": {"seq": 1, "hash": "66"}}, "entered": 2,
        },
        "lists": {"un": {"change": 1, "version": 3, "count": 2, "digest": "0a", "is_discarded": False}},
        "trust": {"root.json": {"version": 1, "digest": "0a"}}, "jump": {"at": _TIME, "ended": _LATER},
        "alarms": [{"part": "list", "subject": "un", "at": _TIME}], "unconfirmed": {"un": 3},
    },
    "devices.chip.recording.exchange_file:ChipRecordingHeader": {"version": 1, "redacted": False, "seed": "00"},
    "devices.chip.recording.exchange_file:RecordedExchange": {
        "command": "00a4", "response": "9000", "took_ms": 1.5, "fault": "bad_read",
    },
    "devices.isolation.messages:DriverMessage": {
        "opened": {"id": "i", "title": "t", "simulated": False}, "beat": 1,
        "state": {"health": "ready", "reason": None, "hint": "h"},
        "fault": {"reason": "unplugged", "what": "w", "hint": "h"},
        "log": [{"class": "OSError", "places": []}],
        "answer": {
            "raw": "P<", "doubts": [1], "agreeing": 2, "codes": [{"symbology": "qr", "content": "00"}],
            "retry": "lay_flat", "fault": None,
        },
        "line": "00", "discovered": [{"url": "a://b", "device": {"id": "i", "title": "t", "simulated": True}}],
    },
    "devices.isolation.messages:DriverJob": {
        "url": "serial:///dev/x", "folder": "/k", "profile": "production", "devices": "/d", "tap": False,
    },
    "devices.isolation.messages:ReadRequest": {"read": 20.0, "safe": True},
    "devices.staff_card.card_messages:CardRequest": {
        "module": "/m.so", "look": True, "fingerprint": "ab", "challenge": "00", "pin": "123456",
    },
    "devices.staff_card.card_messages:CardAnswer": {
        "card": {
            "label": "l", "serial": "s", "pin_state": "ready", "keys": [{"public_key": "00", "label": "k"}],
        },
        "proof": {"public_key": "00", "scheme": "ecdsa", "signature": "00"}, "problem": "no_card",
        "log": [{"class": "OSError", "places": []}],
    },
    "devices.recording.event_file:RecordingHeader": {
        "waypost_recording": 1, "title": "t", "driver": "serial", "redacted": True,
    },
    "devices.recording.event_file:RecordingEvent": {
        "after_s": 0.5, "kind": "reading", "hex": "00", "raw": "P<", "doubts": [1], "agreeing": 2,
        "codes": [{"symbology": "qr", "content": "00"}], "guidance": "again", "reason": "bad_read",
    },
    "sync.formats.enrolment_file:_EnrolmentFacts": {
        "format": 1, "kit": "north-1", "source": "https://hq.example", "incarnation": "77" * 16,
        "identity": str(_IDENTITY), "envelope": "88" * 16, "root": b64encode(Metadata(Root()).to_bytes()).decode(),
        "signing": "99" * 32, "headquarters": str(_IDENTITY.to_public()),
    },
    "sync.formats.envelope:_EnvelopeFacts": {
        "kit": "north-1", "incarnation": "77" * 16, "serial": 4, "expires": _LATER, "body": {"status": _STATUS},
    },
    "sync.formats.envelope:_InForceEnvelope": {
        "body": {"lists": [_LIST_KEY], "people": {"serial": 3, "sha256": "aa" * 32, "size": 4296}}
    },
    "sync.headquarters.ingest.people_reports:ReportedCredential": {
        "number": "A-17", "replaces": 3, "at": _TIME, "initial": True,
        "secret": f"$argon2id$v=19$m=65536,t=3,p=4${'A' * 22}${'B' * 43}",
    },
    "sync.headquarters.ingest.people_reports:ReportedLocalPerson": {
        "number": "X-1", "name": "R. Sample", "roles": ["officer"], "until": _LATER, "by": "A-17", "second": "A-18",
        "at": _TIME,
    },
    "sync.headquarters.ingest.people_reports:tuple[str, ...]": ["officer"],
    "sync.kit.people_fetch:_Taken": {"serial": 3, "sha256": "aa" * 32, "signer": "bb" * 32},
    "sync.formats.people_envelope:_PeopleHead": {"kit": "north-1", "incarnation": "77" * 16, "serial": 4},
    "sync.formats.manifest:_ManifestFile": {
        "format": 2,
        "manifest": {
            "list": "un", "version": 3, "key_epoch": 1, "salt_epoch": 1, "as_of": _TIME, "published": _TIME,
            "source_date": "2026-02-27", "urgent": False, "snapshot": [2, 1, 100, _HASH, 0], "digests": [1, 50, _HASH],
            "deltas": [[2, 3, 1, 60, _HASH]], "schema": 1,
        },
    },
    "sync.formats.parts_directory:tuple[_PartLine, ...]": [["", 2, 100, _HASH], ["00ff", 3, 100, _HASH]],
    "sync.formats.parts_directory:list[Digest]": ["0a", "0b"],
    "sync.formats.payload:_HeaderFacts": {
        "edition": _EDITION, "payload": "delta", "since": 1, "removed": 0, "rows": 2, "form": "columns",
        "canaries": [["00", "11" * 16]], "number": 0, "fields": [[0, 32], [32, 32, 0]],
    },
    "sync.formats.report_messages:_SegmentHeader": {
        "format": 1, **_AUDIENCE, "stream": "cases", "begins": _POSITION, "after": _POSITION, "end": _POSITION,
    },
    "sync.formats.report_messages:_AcknowledgementFacts": {
        "format": 1, **_AUDIENCE, "heads": {"cases": _POSITION}, "signed": _TIME, "expires": _LATER,
    },
    "sync.headquarters.ceremonies.offline_key:_PublicFile": {**_KEY_FILE, "signature": "44" * 64},
    "sync.headquarters.ceremonies.offline_key:_SecretFile": {**_KEY_FILE, "holder": "Ada"},
    "sync.headquarters.ceremonies.offline_key:store_key.WrappedSecret": _WRAPPED,
    "sync.headquarters.ingest.checkpoint_review:SignedCheckpoint": {
        "statement": {
            "at": _TIME, "heads": {"desk": {"seq": 5, "hash": "0a" * 32}}, "incarnation": "0b" * 16, "key": "0c" * 32,
            "reason": "sync",
        },
        "signature": "0d" * 64,
    },
    "sync.headquarters.ingest.settlement:_EntryFacts": {"at": _TIME},
    "sync.headquarters.ceremonies.signing_request:_RequestFile": {
        "format": 1, "made": _TIME, "says": "a new key", "roots": ["AQ=="], "targets": "Ag==", "policy": "Aw==",
        "new": {"root": "BA==", "targets": None, "policy": None},
    },
    "sync.headquarters.ingest.kit_reports:_ReceiptFacts": {
        "list": "un", "version": 3, "as_of": _TIME, "removed": 1, "removals": "hidden", "erased_upto": 2, "at": _TIME,
    },
    "sync.headquarters.ingest.kit_reports:_HealthFacts": _HEALTH,
    "sync.headquarters.ingest.kit_reports:ReportedHealth": _HEALTH,
    "sync.headquarters.ingest.segments:_NamedEvent": {"event": "e"},
    "sync.headquarters.ingest.settlement:Settlement": {
        "ruling": "first", "who": "ada", "why": "seen", "at": _TIME, "entries": [[1, "00"]],
    },
    "sync.headquarters.sources.notices_json:object": [{"entity_id": "2025/1", "name": "DOE"}],
    "sync.headquarters.sources.row_files.small_list_files:dict[str, object]": {"reference": "V-1", "year": 2019},
    "sync.headquarters.store.kit_table:tuple[str, ...]": ["un", "ofac"],
    "sync.headquarters.store.run_table:dict[str, int]": {"added": 3, "removed": 0},
    "sync.headquarters.store.run_table:tuple[str, ...]": ["the file alt.csv"],
    "sync.headquarters.store.staff_table:tuple[str, ...]": ["harbour", "north"],
    "sync.kit.apply:Drift": {"baseline": 1, "came": 2, "went": 3},
    "sync.kit.connections.data_budget:Spending": {
        "day": "2026-03-01", "month": "2026-03", "day_bytes": 1, "month_bytes": 2,
    },
    "sync.kit.connections.http_link:_KeptAnswer": {"etag": "e", "sha256": "00"},
    "sync.kit.neighbours.discovery:_HelloFacts": {"waypost": 1, "kit": "k", "port": 8643, "version": 3},
    "sync.kit.post_apply:PendingSteps": {"version": 3, "removed": 1},
    "sync.kit.reports.health:_LastHealth": _HEALTH,
    "sync.kit.reports.uplink_refusal:UplinkRefusal": {"url": "https://hq.example", "at": _TIME, "times": 2},
    "sync.kit.vault_entries:MetadataVersions": {"root": 1, "timestamp": 7},
    "sync.kit.vault_entries:_StoredKeys": {"serial": 4, "signer": "33" * 32, "lists": [_LIST_KEY]},
    "sync.kit.watching.watch_state:WatchState": {
        "state": "waiting", "says": "s", "at": _TIME, "next_at": "", "source": "", "failures": 0, "not_before": "",
        "progress": {
            "current": "un", "lists": [{"name": "un", "done": 1, "total": 2}], "bytes_s": 1.5, "done": 1, "total": 2,
            "seconds_left": None,
        },
        "last": {
            "at": _TIME, "source": "s", "outcome": "done", "ok": True, "says": "s", "bytes": 1, "wire_bytes": 2,
            "seconds": 1.5,
            "lists": [{
                "name": "un", "before": 1, "after": 2, "way": "delta", "bytes": 1, "removed": 0, "error": None,
                "postponed": {"what": "w", "means": "", "do": ""}, "goes_on": False,
            }],
            "sent": {
                "entries": 1, "bytes": 2, "acknowledged": 1, "new_life": False, "waiting": 0, "postponed": "",
                "refused": None, "wire_bytes": 3,
            },
        },
        "neighbours": ["http://10.0.0.2:8643"], "pid": 1, "standing": {"state": "good"},
    },
}  # fmt: skip
"""JSON of every format, with every optional field."""

READ_ONLY = {
    "appliance.counter.check_request:_Label": "part of a line that another program writes",
    "data.documents.seals.open_seal:_SealedMessage": "states write seals",
}
"""Formats of which nothing of ours writes what was read, and who does."""
