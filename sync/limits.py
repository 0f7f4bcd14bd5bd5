"""Every bound that sync holds, in one place, with its unit.

What comes over a line or from a stick is hostile until it is verified, so everything has a size before it
is read. A bound that honest lists can meet belongs here with the reason for its value.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of both ends of the line."""

    # Files, in bytes.
    manifest_bytes: int = 64 * 1024
    policy_bytes: int = 64 * 1024
    envelope_bytes: int = 256 * 1024
    enrolment_bytes: int = 256 * 1024
    payload_bytes: int = 64 << 30
    """A full document list is about 1.2 GB; 64 GiB is no list but a full disk."""
    chunk_bytes: int = 64 * 1024
    """Plaintext of one sealed chunk."""
    expansion: int = 1000
    """Decompressed bytes per sealed byte beyond `expansion_free_bytes`; real lists stay below 50."""
    expansion_free_bytes: int = 16 << 20
    window_bytes: int = 8 << 20
    """Memory that a compressed stream may ask for."""

    # Downloads, in bytes.
    request_bytes: int = 1024
    """What asking for one more file costs, so that many tiny files do not beat one small file."""
    sync_bytes: int = 1 << 20
    """A download is forced to the disk each time this much has come."""
    spare_bytes: int = 32 << 20
    """Stays free on the disk, for the journal."""

    # Parts of a payload.
    header_bytes: int = 16 * 1024
    key_bytes: int = 512
    body_bytes: int = 1 << 20
    rows: int = 1 << 32

    # What may be named at once.
    lists: int = 256
    deltas: int = 64
    kept_deltas: int = 7

    # Overlay on the kit: folded into a new base beyond this share of the list, but within these bounds.
    overlay_rows: int = 20_000
    overlay_share: float = 0.1
    overlay_most: int = 2_000_000
    """A full document list folds every twenty nights or so (documents.md: 1 to 3 million)."""

    # Times.
    connect_timeout_s: float = 15.0
    read_timeout_s: float = 60.0
    stall_s: float = 60.0
    stall_bytes: int = 1024
    """Less than this in `stall_s` of waiting is no line any more; 2,400 bit/s are 18 KB."""
    asked_wait_most: timedelta = timedelta(hours=24)
    """A server may ask us to wait, not to stay away for good."""
    signed_ahead: timedelta = timedelta(days=400)
    """A signed time further ahead of this kit's time does not raise its floor (security.md, Clock)."""
    unreferenced_kept: timedelta = timedelta(days=2)
    """A file that no metadata names any more stays for kits that are in the middle of a run."""

    # Neighbours on a local network.
    neighbours: int = 8
    """Remembered at once; a post has a few lanes."""
    share_connections: int = 4
    share_bytes_s: int = 4 << 20
    """All of them together: the counter's disk comes first."""
    share_request_s: float = 15.0
    """To say what is wanted."""
    share_connection_s: float = 600.0
    """To take it; a larger file goes on with a range."""

    # Lives of signatures.
    root_life: timedelta = timedelta(days=5 * 365)
    targets_life: timedelta = timedelta(days=3 * 365)
    online_life: timedelta = timedelta(days=45)
    """Snapshot, timestamp, lists and envelopes: a stick may travel two weeks and a kit be offline a month."""

    # Imports.
    mass_removal_share: float = 0.5
    """An import that takes away more than this share of a list is most often a wrong or cut file."""
    future_as_of: timedelta = timedelta(hours=1)
    """A list cannot have been taken from its source later than now; clocks may differ by this."""


LIMITS = Limits()
"""The bounds in force."""
