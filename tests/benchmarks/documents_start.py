"""A process as the desk is: opens a list and answers. Prints seconds to each step and its memory.

python -m tests.benchmarks.documents_start FOLDER NUMBER COUNTRY TYPE
"""

import sys
from datetime import date
from pathlib import Path
from time import perf_counter

from data.documents.lookup import LookupDates, find_matches
from data.documents.sealed_keys import Sealer
from data.documents.travel_document import TravelDocument
from data.lists.replica import Replica
from data.store_key import StoreKey
from tests.benchmarks.documents_timing import peak_mb

if __name__ == "__main__":
    began = perf_counter()
    replica = Replica(Path(sys.argv[1]), "documents", StoreKey(bytes(32)))
    day = LookupDates(date(2026, 6, 30), date(2026, 6, 30))

    def ask() -> int:
        """One whole search."""
        with replica.read() as view:
            assert view.edition is not None
            asked = TravelDocument(code=sys.argv[4], issuer=sys.argv[3], number=sys.argv[2])
            return len(find_matches(view, asked, Sealer(view.edition.salt), "sltd", day))

    found = ask()
    first = perf_counter() - began
    replica.prepare()
    prepared = perf_counter() - began
    ask()
    replica.close()
    sys.stdout.write(f"{found} {first} {prepared} {perf_counter() - began} {peak_mb()}\n")
