"""A text as each framing sends it."""

SELF_ENDING = {
    "stx-etx": lambda text: b"\x02" + text.replace("\n", "\r").encode() + b"\r\x03",
    "cr": lambda text: text.replace("\n", "\r").encode() + b"\r",
    "crlf": lambda text: text.replace("\n", "\r\n").encode() + b"\r\n",
    "elyctis": lambda text: b"\x49\0\0\x49" + len(text).to_bytes(2) + text.replace("\n", "\r").encode(),
}


def frame_text(case: str, text: str) -> bytes:
    return SELF_ENDING[case.split("/")[-1]](text)
