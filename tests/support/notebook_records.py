"""What a counter remembers where its journal is a `Notebook`: documents that wait, and no traveller."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from appliance.counter.parts import CounterRecords
from data.errors import StoreError
from data.journal.referrals import REFERRALS_KEPT, Referral, ReferralLog, UndecidedRefer
from data.journal.travellers import PastScreening, TravellerLog
from data.journal.unscreened import UnscreenedContent, UnscreenedDocument, UnscreenedLog
from data.screenings import Screening
from tests.support.sample import Notebook


def records_of(notebook: Notebook) -> CounterRecords:
    return CounterRecords(_NoReferrals(), _NoTravellers(), _WaitingDocuments(notebook))


class _NoReferrals(ReferralLog):
    def __init__(self) -> None:
        self.memory = REFERRALS_KEPT

    def find(self, screening: Screening, now: datetime | None = None) -> Referral | None:
        return None

    def find_undecided(self, screening: Screening) -> UndecidedRefer | None:
        return None

    def read_lost_memory(self, now: datetime) -> datetime | None:
        return None

    def find_open(self, screenings: Collection[str], now: datetime) -> set[str]:
        return set()


class _NoTravellers(TravellerLog):
    def __init__(self) -> None:
        pass

    def undecided_ids(self) -> frozenset[str]:
        return frozenset()

    def count_screened(self, number: str, since: datetime) -> int:
        return 0

    def undecided(self) -> Sequence[PastScreening]:
        return ()

    def decided_by(self, officer: str, within: timedelta, now: datetime, most: int) -> Sequence[PastScreening]:
        return ()

    def referred(self, within: timedelta, now: datetime) -> Sequence[PastScreening]:
        return ()


class _WaitingDocuments(UnscreenedLog):
    def __init__(self, notebook: Notebook) -> None:
        self._waiting = notebook.waiting

    def keep(self, document: UnscreenedDocument) -> None:
        self._waiting[document.id] = document

    def change(self, id: str, content: UnscreenedContent) -> None:
        if id not in self._waiting:
            raise StoreError("The document is not in the journal")

    def discard(self, id: str) -> None:
        self._waiting.pop(id, None)

    def take_over(self) -> Sequence[UnscreenedDocument]:
        return list(self._waiting.values())

    def release(self) -> None:
        pass

    def delete_expired_unscreened(self, now: datetime, person: str) -> int:
        return 0
