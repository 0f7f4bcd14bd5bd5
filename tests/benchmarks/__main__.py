"""`make bench`: every part, or the one named by PART=. SIZE= scales the data."""

import argparse
from importlib import import_module

PARTS = ("chip", "devices", "documents", "mrz", "names", "people", "storage", "sync", "uplink", "whole")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="one part; all without it")
    parser.add_argument("--size", type=int, default=None, help="scale of the data")
    chosen = parser.parse_args()
    for part in chosen.part or PARTS:
        print(f"\n== {part} ==")
        import_module(f"tests.benchmarks.{part}").run(chosen.size)


if __name__ == "__main__":
    main()
