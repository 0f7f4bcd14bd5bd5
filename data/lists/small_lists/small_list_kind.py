"""A kind of list made from a schema: rows are canonical JSON under the row's own identity.

It stands among the kinds as a module does (`data.lists.kinds`). The rows are not sealed: people read them, and the
store itself is encrypted.
"""

from collections.abc import Iterable, Iterator, Sequence

from data.errors import InputError, UnusableList
from data.json_codec import decode, encode_canonical
from data.json_errors import JsonError
from data.lists.rows import Row
from data.lists.small_lists.list_schema import MOST_ROWS, ListSchema, SmallListRecord
from data.text import _

_MOST_BYTES = 64 * 1024
"""Of one row in JSON."""


class SmallListKind:
    """The kind of list that a schema declares; a `data.lists.kinds.Kind`."""

    SEALED = False
    KEY_TYPE = "BLOB"
    BODY_TYPE = "BLOB"
    BODY_FIELDS: Sequence[tuple[int, ...]] = ()

    def __init__(self, schema: ListSchema) -> None:
        self.schema = schema
        self.NAME = schema.name
        self.MAY_BE_EMPTY = schema.may_be_empty
        self.SCHEMA_VERSION = schema.version
        self.MOST_ROWS = MOST_ROWS

    def identity(self, record: SmallListRecord) -> str:
        """What the identity column says."""
        return record.identity

    def to_json(self, record: SmallListRecord) -> str:
        """A record as canonical JSON."""
        return encode_canonical(self.schema.write(record)).decode()

    def from_json(self, text: str | bytes) -> SmallListRecord:
        """A record from canonical JSON; InputError where it is none of this schema."""
        return decode(dict[str, object], text, self._refuse, build=self.schema.read, most_bytes=_MOST_BYTES)

    def rows(self, records: Iterable[SmallListRecord], salt: bytes) -> Iterator[Row]:
        """One row a record, in their order; the salt is not used."""
        for record in records:
            yield Row(record.identity.encode(), self.to_json(record).encode())

    def merge(self, bodies: Sequence[bytes]) -> bytes:
        """The longest, of several the greatest in byte order, so any order gives the same."""
        return max(bodies, key=lambda body: (len(body), body))

    def decode_row(self, row: Row, list_name: str) -> SmallListRecord:
        """The record of a published row; UnusableList where it is none: nothing of a list may be passed over."""
        try:
            return self.from_json(row.body)
        except InputError as error:
            raise UnusableList(
                _("The list {name} has a row that Waypost on this machine cannot read", name=list_name),
                means=_("The list cannot be searched."),
                do=_("Update Waypost on this machine. If it stays so, tell headquarters"),
            ) from error

    def _refuse(self, _why: JsonError) -> InputError:
        return InputError(
            _("A row of a list of the kind {kind} cannot be read", kind=self.NAME), do=_("Import the source again")
        )
