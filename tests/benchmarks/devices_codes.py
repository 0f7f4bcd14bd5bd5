"""Codes in pictures by zxing-cpp, and by OpenCV's detector, which knows QR codes only; seeds kept for reporting."""

import time
from collections import Counter

import cv2
import numpy as np

from data.documents.codes import Symbology
from devices.camera.barcodes import BarcodeReader
from tests.benchmarks.code_pictures import FORMATS, CodePicture, code_pictures
from tests.benchmarks.report import aim, percentile, spread
from tests.benchmarks.zone_pictures import LEVELS, REPORTING


def run(size: int | None) -> None:
    """Print the figures."""
    count = (size or 400) // len(FORMATS) * len(FORMATS)
    reader, rival = BarcodeReader(), cv2.QRCodeDetector()
    ours, theirs, all_of = Counter[tuple[Symbology, int]](), Counter[int](), Counter[tuple[Symbology, int]]()
    cpu_ms, wrong = list[float](), 0
    for one in code_pictures(count, REPORTING):
        start = time.process_time()
        got = [code.content for code in reader.read(one.pixels)]
        cpu_ms.append(1000 * (time.process_time() - start))
        all_of[one.symbology, one.level] += 1
        ours[one.symbology, one.level] += got == [one.content]
        wrong += any(content != one.content for content in got)
        if one.symbology is Symbology.QR:
            theirs[one.level] += _opencv(rival, one)
    print(
        f"{count} pictures of codes, CPU {spread(cpu_ms)} ms, p95 {percentile(cpu_ms, 95):.0f} ms; levels as of zones"
    )
    for symbology in FORMATS:
        told = " · ".join(f"{ours[symbology, level]}/{all_of[symbology, level]}" for level in range(len(LEVELS)))
        print(f"  {symbology.value}: {told}")
    by_opencv = " · ".join(f"{theirs[level]}/{all_of[Symbology.QR, level]}" for level in range(len(LEVELS)))
    print(f"  qr by OpenCV: {by_opencv}")
    turned = {key: number for key, number in all_of.items() if key[0] is not Symbology.PDF417 and key[1] < 3}
    aim("devices.codes_read", sum(ours[key] for key in turned) / sum(turned.values()), 0.98, at_least=True)
    aim("devices.codes_wrong", wrong, 0)


def _opencv(rival: cv2.QRCodeDetector, one: CodePicture) -> bool:
    try:
        text = rival.detectAndDecode(np.ascontiguousarray(one.pixels))[0]
    except (cv2.error, UnicodeDecodeError):  # it hands out text only
        return False
    return text.encode("latin-1", "replace") == one.content
