"""Reads every picture of a folder with one reader into JSON Lines: a process a reader, so that its peak is its own.

Run as a file by whatever Python has the reader: `python reading_pictures.py FOLDER ours|rapidocr|passporteye`. Of
rivals that give whole pages of text, the last lines that look like a zone are taken.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Read = Callable[[Path], dict[str, Any]]
_LINE = re.compile(r"[A-Z0-9<]{28,46}")
_ZONE_LENGTHS = (90, 72, 88)


def ours() -> Read:
    """The product: text, doubted places."""
    from devices.camera.picture import decode_picture
    from devices.camera.zone_reader import ZoneReader

    reader = ZoneReader()

    def read(path: Path) -> dict[str, Any]:
        found = reader.read(decode_picture(path.read_bytes()))
        return {"text": found.text, "doubts": found.doubts} if found else {"text": ""}

    return read


def rapidocr() -> Read:
    """PP-OCR models on ONNX, on one thread as everybody here."""
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "error",
        }
    )

    def read(path: Path) -> dict[str, Any]:
        found = engine(str(path))
        texts = [text.upper().replace(" ", "").replace("«", "<<") for text in found.txts or ()]
        return {"text": zone_in(texts)}

    return read


def passporteye() -> Read:
    """PassportEye with Debian's Tesseract and its `eng` model, as it comes."""
    from passporteye import read_mrz

    def read(path: Path) -> dict[str, Any]:
        found = read_mrz(str(path))
        return {"text": (found.aux.get("text") or "").replace(" ", "").strip() if found else ""}

    return read


def zone_in(texts: list[str]) -> str:
    """The two or three last lines that have a zone's characters and length together."""
    lines = [text for text in texts if _LINE.fullmatch(text)]
    for count in (3, 2):
        if sum(map(len, lines[-count:])) in _ZONE_LENGTHS:
            return "\n".join(lines[-count:])
    return "\n".join(lines[-2:])


def main() -> None:
    """Print a line a picture, then the peak of this process in megabytes."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    read = {"ours": ours, "rapidocr": rapidocr, "passporteye": passporteye}[name]()
    for path in sorted(folder.iterdir()):
        # What a reader's own children burn counts as its own.
        start = time.process_time() + _children_s()
        try:
            got = read(path)
        except Exception as error:
            got = {"text": "", "error": type(error).__name__}
        spent_s = time.process_time() + _children_s() - start
        print(json.dumps({"file": path.name, "cpu_ms": 1000 * spent_s, **got}), flush=True)
    peak_mb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(json.dumps({"peak_mb": peak_mb}))


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
