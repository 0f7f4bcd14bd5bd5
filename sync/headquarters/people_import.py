"""Adds many people at once from a table (CSV, UTF-8): all of them, or none and what is wrong in which line.

    number,name,roles,posts,from,until,same_person_as,other_person
    N-104,Ana Sample,officer,North Gate,,2027-06-30,,
    N-105,Bo Sample,officer;supervisor,North Gate;Harbour,,,N-21,

- The first four columns are needed, in any order; a column of another name is refused.
- Initial PINs go into a file that only its owner can read, before anything is changed for good.
"""

import csv
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from data import durable_files
from data.errors import InputError, Problem
from data.log.error_log import log_error
from data.people.secret_hash import hash_secret, make_pin
from data.people.staff import StaffRole, normalize_service_number
from data.text import Message, _
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.people import NewPerson, add_to_register, parse_begin, parse_end
from sync.headquarters.people_register import NOTHING_CHANGED, StaffRegister, refusal

MOST_BYTES = 16 << 20
_NEEDED = frozenset({"number", "name", "roles", "posts"})
_COLUMNS = _NEEDED | {"from", "until", "same_person_as", "other_person"}
_YES = frozenset({"yes", "true", "1", "x"})
_NOT_HASHED = f"sha256:{'0' * 64}"
"""Stands for the hash of a PIN while rows are tried, which is undone."""


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A row that cannot be added."""

    line: int
    """Of the file, the header is 1."""
    problem: Problem


class ImportRefused(InputError):
    """Nobody was added."""

    def __init__(self, rows: tuple[WrongRow, ...]) -> None:
        super().__init__(
            _("{count} rows of the table cannot be added", count=len(rows)),
            means=NOTHING_CHANGED,
            do=_("Correct them and import the whole table again"),
        )
        self.rows = rows


def import_people(home: HeadquartersHome, content: bytes, pins: Path) -> tuple[str, ...]:
    """Add everybody in the table; their initial PINs are in the new file `pins`. Returns their service numbers.

    Raises:
        ImportRefused: rows are wrong.
        InputError: this is no such table, or `pins` is there already.
        StoreError: `pins` cannot be written.
    """
    rows = list(_parse(content))
    _make_new_file(pins)
    try:
        with home.changing(), home.store.transaction() as connection:
            _must_be_addable(connection, rows)
        given = [make_pin() for _row in rows]
        hashes = [hash_secret(pin) for pin in given]
        with home.changing(), home.store.transaction() as connection, durable_files.translate_os_errors():
            numbers = _add(connection, rows, hashes)
            durable_files.write_durably(pins, _pin_table(numbers, rows, given))
    except BaseException:
        pins.unlink(missing_ok=True)  # nobody has these PINs
        raise
    return numbers


def _make_new_file(path: Path) -> None:
    """Take the name before anything else does. InputError where it is taken, StoreError where it cannot be written."""
    with durable_files.translate_os_errors():
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, durable_files.PRIVATE_MODE))
        except FileExistsError as error:
            raise refusal(_("{file} already exists", file=path), _("Choose another file for the PINs")) from error


def _must_be_addable(connection: Connection, rows: list["_TableRow"]) -> None:
    """Tries each row and undoes all: one may be wrong because of another."""
    trial = connection.begin_nested()
    register, wrong = StaffRegister(connection), []
    for row in rows:
        try:
            add_to_register(register, row.read(), _NOT_HASHED)
        except InputError as error:
            log_error(error)
            wrong.append(WrongRow(row.line, Problem.of(error)))
    trial.rollback()
    if wrong:
        raise ImportRefused(tuple(wrong))


def _add(connection: Connection, rows: list["_TableRow"], hashes: list[str]) -> tuple[str, ...]:
    register, numbers = StaffRegister(connection), []
    for row, secret in zip(rows, hashes, strict=True):
        new = row.read()
        add_to_register(register, new, secret)
        numbers.append(normalize_service_number(new.number))
    return tuple(numbers)


@dataclass(frozen=True, slots=True)
class _TableRow:
    line: int
    fields: Mapping[str, str]

    def read(self) -> NewPerson:
        """InputError where a field cannot be read."""
        if None in self.fields or None in self.fields.values():
            raise refusal(_("The row has more or fewer fields than the header"), _("Quote a field that has a comma"))
        field = {name: value.strip() for name, value in self.fields.items()}
        return NewPerson(
            field["number"],
            field["name"],
            tuple(map(_parse_role, _split(field["roles"]))),
            _split(field["posts"]),
            parse_begin(field["from"]) if field.get("from") else None,
            parse_end(field["until"]) if field.get("until") else None,
            field.get("same_person_as", ""),
            field.get("other_person", "").lower() in _YES,
        )


def _parse(content: bytes) -> Iterator[_TableRow]:
    if len(content) > MOST_BYTES:
        raise _no_table(_("The table is too large"))
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        columns = frozenset(reader.fieldnames or ())
        if not columns >= _NEEDED or columns - _COLUMNS:
            raise _no_table(_("The first line does not name the columns of a table of people"))
        count = 0
        for row in reader:
            count += 1
            yield _TableRow(reader.line_num, row)
    except UnicodeDecodeError as error:
        raise _no_table(_("The table is not UTF-8 text")) from error
    except csv.Error as error:
        raise _no_table(_("The table is not CSV")) from error
    if not count:
        raise _no_table(_("The table has no row"))


def _no_table(what: Message) -> InputError:
    needed, others = ", ".join(sorted(_NEEDED)), ", ".join(sorted(_COLUMNS - _NEEDED))
    return refusal(what, _("Give CSV with the columns {needed}; optional: {others}", needed=needed, others=others))


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(";"))))


def _parse_role(name: str) -> StaffRole:
    try:
        role = StaffRole(name.lower())
    except ValueError:
        role = StaffRole.SERVICE
    if role is StaffRole.SERVICE:
        known = ", ".join(role.value for role in StaffRole if role is not StaffRole.SERVICE)
        raise refusal(_("There is no role {name}", name=repr(name[:40])), _("Give one of: {names}", names=known))
    return role


def _pin_table(numbers: tuple[str, ...], rows: list[_TableRow], pins: list[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["number", "name", "pin"])
    writer.writerows(
        [number, row.fields["name"].strip(), pin] for number, row, pin in zip(numbers, rows, pins, strict=True)
    )
    return text.getvalue().encode()
