"""URLs as people may see them: in a message, a status, a report or a log, never with the name and password in them."""

import re

_CREDENTIALS = re.compile(r"(:/+)\S*@")
"""Up to the last @: a password that somebody forgot to escape may have a slash."""


def hide_credentials(text: str) -> str:
    """`text` with an ellipsis in place of what stands before the host of each URL in it, however malformed."""
    return _CREDENTIALS.sub(r"\1…@", text)
