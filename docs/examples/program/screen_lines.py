"""Screens the travellers of standard input, one JSON object on each line (docs/request.schema.json), through a kit.

    python screen_lines.py /run/waypost/counter.sock P-1 credential-file A-17 < travellers.jsonl

It prints the answer to each line, and ends with 1 unless every verdict was `clear`.
"""

import json
import sys
from pathlib import Path

from waypost_client import RefusedLine, WaypostClient


def main(path: str, program: str, credential_file: str, officer: str) -> int:
    """Answer every line; a line that was refused is answered with its error."""
    credential = Path(credential_file).read_text("ascii").strip()
    everybody_is_clear = True
    with WaypostClient(path, program, credential) as waypost:
        for line in filter(str.strip, sys.stdin):
            try:
                answer = waypost.screen(officer, **json.loads(line))
            except RefusedLine as refusal:
                answer = refusal.answer
            everybody_is_clear = everybody_is_clear and answer["verdict"] == "clear"
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            sys.stdout.flush()
    return 0 if everybody_is_clear else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
