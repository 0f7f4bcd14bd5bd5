"""`python -m tests.benchmarks.synthetic_sltd --records 100000 --seed 1 out.csv`, from a checkout: a list to import."""

import argparse
import csv
import sys
from itertools import chain
from pathlib import Path

from data.documents.document_record import DocumentRecord
from sync.headquarters.sources.sltd_csv import COLUMNS
from tests.benchmarks.synthetic_sltd.listing import Listing


def main() -> None:
    """Write the CSV file of docs/formats/sltd-csv.md."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.synthetic_sltd", description=__doc__)
    parser.add_argument("--records", type=int, required=True, help="single documents, about")
    parser.add_argument("--ranges", type=int, help="ranges of stolen blanks (default: one for 600 documents)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same list (default: 1)")
    parser.add_argument("out", type=Path, help="the file to write")
    chosen = parser.parse_args()
    if chosen.records < 0 or chosen.seed < 0 or (chosen.ranges or 0) < 0:
        parser.error("numbers of records and ranges and the seed cannot be negative")
    ranges = chosen.records // 600 if chosen.ranges is None else chosen.ranges
    written = write(Listing(chosen.records, chosen.seed), ranges, chosen.out)
    sys.stderr.write(f"{written} records, {ranges} of them ranges of stolen blanks\n")


def write(listing: Listing, ranges: int, out: Path) -> int:
    """Write the list to `out` and return how many records it has."""
    count = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        for record in chain(listing.records(), listing.ranges(ranges)):
            lines.writerow(line(record))
            count += 1
    return count


def line(record: DocumentRecord) -> list[str]:
    """The fields of a record, in the order of the columns."""
    return [str(getattr(record, column) or "") for column in COLUMNS]


if __name__ == "__main__":
    main()
