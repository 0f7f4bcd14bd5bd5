"""Collects every text that is marked for translation into `ui/locale/waypost.pot`.

`python -m tests.structure.messages write` writes the file (`make messages`), `check` fails where it is not current.
click's own texts are in it too, so that a translated command line has no English left in it.
"""

import sys
from contextlib import redirect_stderr
from io import BytesIO, StringIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from tests.structure.product import PACKAGES, ROOT

TEMPLATE = ROOT / "ui" / "locale" / "waypost.pot"
KEYWORDS = {"_": None, "plural": (1, 2), "in_context": ((1, "c"), 2)}
CLICK_KEYWORDS = {"_": None, "ngettext": (1, 2)}


def template() -> bytes:
    """Every marked text, sorted; without places and dates, which would change with every edit."""
    catalogue = Catalog(charset="utf-8")
    sources = [(ROOT / package, KEYWORDS) for package in sorted(PACKAGES)]
    with redirect_stderr(StringIO()):  # Babel warns of an f-string even where it is only a value
        for folder, keywords in [*sources, (Path(click.__file__).parent, CLICK_KEYWORDS)]:
            for _, _, text, _, context in extract_from_dir(folder, [("**.py", "python")], keywords=keywords):
                if text:
                    catalogue.add(text, context=context)
    file = BytesIO()
    write_po(file, catalogue, no_location=True, sort_output=True, omit_header=True, width=120)
    return file.getvalue()


def main(action: str) -> int:
    """Write the template, or compare it with the one that is there; 1 where it differs."""
    if action == "write":
        TEMPLATE.write_bytes(template())
        return 0
    if TEMPLATE.read_bytes() == template():
        return 0
    print(f"{TEMPLATE.relative_to(ROOT)} is not current: run `make messages`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
