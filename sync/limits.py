"""Every bound that sync holds, in one place, with its unit.

What comes over a line or from a stick is hostile until it is verified, so everything has a size before it
is read. A bound that honest lists can meet belongs here with the reason for its value.
"""

from dataclasses import dataclass
from datetime import timedelta

from data.clock import MAX_SIGNED_AHEAD
from data.people.roster import MOST_BYTES
from data.policy import MAX_APPROVALS, MAX_LISTS, MAX_POLICY_BYTES, MAX_ROWS


@dataclass(frozen=True, slots=True)
class SyncLimits:
    """Bounds of both ends of the line."""

    # Files, in bytes.
    manifest_bytes: int = 64 * 1024
    policy_bytes: int = MAX_POLICY_BYTES
    envelope_bytes: int = 256 * 1024
    people_bytes: int = 2 << 20
    """Sealed: of each of 5,000 people two hashes, a card and a name remain, 200 bytes that do not shrink."""
    roster_bytes: int = MOST_BYTES
    """The same, unpacked."""
    enrolment_bytes: int = 256 * 1024
    request_file_bytes: int = 4 << 20
    """A signing request carries every root there ever was, some kilobytes each."""
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
    beside_body_bytes: int = 128 * 1024
    """Of an answer beside its body, and as much again as the body; real headers are 1 KB. One read takes 64 KB, so the
    body may have begun before anybody sees the headers."""
    sync_bytes: int = 1 << 20
    """A download is forced to the disk at the latest each time this much has come: two minutes at 64 kbit/s."""
    sync_share: float = 0.01
    """Of its size, after which it is forced: what a power cut may cost (but a chunk at least: a sync costs too)."""
    spare_bytes: int = 32 << 20
    """Stays free on the disk, for the journal."""

    # Parts of a payload.
    header_bytes: int = 16 * 1024
    key_bytes: int = 512
    body_bytes: int = 1 << 20
    rows: int = MAX_ROWS
    directory_bytes: int = 1 << 20
    """256 parts with keys of any length."""
    canaries: int = 16

    # What may be named at once.
    lists: int = MAX_LISTS
    deltas: int = 64
    parts: int = 256
    """Of a snapshot: a digest each makes 16 KiB, and one of a full document list's parts is 4.7 MB."""

    # Making files.
    part_bytes: int = 1 << 20
    """Rows of one part before they are compressed, at least: 150 to 600 KB sealed, a minute at 64 kbit/s."""
    snapshot_share: float = 0.125
    """A new snapshot is made when the deltas behind it cost more than this share of it: a first load that takes
    longer than a day must not begin again every day."""
    made_canaries: int = 4
    approvals: int = MAX_APPROVALS

    # Overlay on the kit: folded into a new base beyond this share of the list, but within these bounds.
    overlay_rows: int = 20_000
    overlay_share: float = 0.1
    overlay_most: int = 2_000_000
    """A full document list folds every twenty nights or so (docs/architecture.md, "On the disk")."""
    overlay_persons: int = 10_000
    """Of rows that can be read: each desk indexes them again after each change, a thousand in a fifth of a second."""
    erased_at_once_rows: int = 50_000
    """A list of so many persons is folded after each withdrawal; a longer one within its `erase_within_hours`."""

    # Changes of a list (sync.trust.bounds; `data.policy` has the bounds themselves).
    bound_steps: int = 100
    """Of a change that leads over more versions than this, only the newest so many count."""

    # Times.
    connect_timeout_s: float = 15.0
    read_timeout_s: float = 60.0
    stall_s: float = 60.0
    stall_bytes: int = 1024
    """Less than this in `stall_s` of waiting does not count as a line; 2,400 bit/s are 18 KB."""
    asked_wait_most: timedelta = timedelta(hours=24)
    """A server may ask us to wait, not to stay away for good."""
    signed_ahead: timedelta = MAX_SIGNED_AHEAD
    """A signed time further ahead of this kit's time does not raise its floor (docs/threats.md, "The clock")."""
    unreferenced_kept: timedelta = timedelta(days=2)
    """A file that no metadata names any longer stays for kits that are in the middle of a run."""

    # Neighbours on a local network.
    neighbours: int = 8
    """Remembered at once; a post has a few lanes."""
    share_connections: int = 4
    share_connections_each: int = 2
    """Of one address."""
    share_bytes_s: int = 4 << 20
    """All of them together: the counter's disk comes first."""
    share_request_s: float = 15.0
    """To say what is wanted."""
    share_connection_s: float = 600.0
    """To send it, at most; a larger file continues with a range request …"""
    share_least_bytes_s: int = 32 * 1024
    """… and a part of it must be taken at this rate, after `share_request_s`."""

    # Headquarters' server.
    service_connections: int = 256
    """At once; one more takes the place of that which has not moved for longest."""
    service_step_bytes: int = 1024
    """Moved: so much came or went. On a line of 8 kbit/s that is a second."""
    service_question_s: float = 60.0
    """To say what is wanted."""

    # Lives of signatures.
    root_life: timedelta = timedelta(days=5 * 365)
    targets_life: timedelta = timedelta(days=3 * 365)
    offline_warning: timedelta = timedelta(days=180)
    """So long before root or targets expire, headquarters is asked to bring the key holders together."""
    online_life: timedelta = timedelta(days=45)
    """Snapshot, timestamp, lists and envelopes: a stick may travel two weeks and a kit be offline a month."""

    # Leases, where headquarters says nothing else of a kit.
    lease_days: int = 60
    """Longer than what is signed online lives (45 days): a kit that old news still reaches is not shut out."""
    erase_factor: int = 3
    """Lists are erased after so many leases."""

    # What kits report, and its acknowledgements.
    segment_bytes: int = 64 * 1024
    """Sealed; on a slow satellite link a minute's work that a broken line wastes at most."""
    segment_text_bytes: int = 512 * 1024
    """Of entries, before they are packed; real ones shrink about tenfold."""
    segment_entries: int = 20_000
    acknowledgement_bytes: int = 4096
    uplink_timeout_s: float = 300.0
    """A whole segment is in the sockets' buffers while a link of 8 kbit/s carries it."""
    conflicts: int = 1000
    """Entries of one stream, not settled yet, that are kept apart from the history that they contradict."""
    uplink_asked_first: timedelta = timedelta(hours=1)
    """Where nobody took reports, a kit asks again after this, then after twice as long each time …"""
    uplink_asked_every: timedelta = timedelta(days=1)
    """… but after this at the latest."""
    health_every: timedelta = timedelta(hours=6)

    # Sticks.
    stick_piece_bytes: int = 1 << 30
    """FAT32 holds no file of 4 GiB; a larger one travels in pieces."""
    stick_cluster_bytes: int = 32 * 1024
    """What the smallest file takes on a large FAT32 stick."""
    stick_files: int = 100_000
    """More names in one folder of a stick are not looked at."""

    # Imports.
    refused_records: int = 2_000_000
    """Of one import. With so many of a list of documents it takes 1.5 GB of memory."""
    unread_rows: int = 10_000
    """Of one import, refused rows that do not say whose they are, so many of which the next import recognises one by
    one. Of more, it recognises only the very same rows."""
    clock_back: timedelta = timedelta(hours=1)
    """Headquarters' clock may be this far behind its last signature."""
    future_as_of: timedelta = timedelta(hours=1)
    """A list cannot have been taken from its source later than now; clocks may differ by this."""


LIMITS = SyncLimits()
"""The bounds in force."""
