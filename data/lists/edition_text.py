"""An edition as JSON: in the overlay's state and inside signed payloads."""

import json
from datetime import datetime

from data.lists.edition import Edition


def edition_to_json(edition: Edition) -> str:
    """Canonical JSON: sorted keys, no spaces, digest and salt in hexadecimal."""
    return json.dumps(
        {
            "list": edition.list,
            "kind": edition.kind,
            "version": edition.version,
            "as_of": edition.as_of.isoformat(),
            "published": edition.published.isoformat(),
            "source_date": edition.source_date,
            "count": edition.count,
            "digest": f"{edition.digest:064x}",
            "salt": edition.salt.hex(),
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def edition_from_json(text: str) -> Edition:
    """The edition; ValueError, KeyError or TypeError when the text is none."""
    parts = json.loads(text)
    as_of, published = (datetime.fromisoformat(parts[name]) for name in ("as_of", "published"))
    if as_of.tzinfo is None or published.tzinfo is None:
        raise ValueError("a time without a zone")
    return Edition(
        list=str(parts["list"]),
        kind=str(parts["kind"]),
        version=int(parts["version"]),
        as_of=as_of,
        published=published,
        source_date=str(parts["source_date"]),
        count=int(parts["count"]),
        digest=int(parts["digest"], 16),
        salt=bytes.fromhex(parts["salt"]),
    )
