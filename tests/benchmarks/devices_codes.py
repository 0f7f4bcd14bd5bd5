"""Codes in pictures by zxing-cpp, and by OpenCV's detector, which knows QR codes only; seeds kept for reporting."""

import time
from collections import Counter

import cv2
import numpy as np
import zxingcpp

from data.documents.barcodes import Symbology
from devices.camera.barcodes import BarcodeReader
from tests.benchmarks.code_pictures import FORMATS, CodePicture, code_pictures
from tests.benchmarks.pass_pictures import pass_pictures
from tests.benchmarks.report import aim, percentile, spread
from tests.benchmarks.zone_pictures import LEVELS, REPORTING

_STEP_DEG = 5


def run(size: int | None) -> None:
    """Print the figures."""
    count = max(1, (size or 400) // len(FORMATS)) * len(FORMATS)
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
    aim("devices.codes_read", sum(ours[key] for key in turned) / max(1, sum(turned.values())), 0.98, at_least=True)
    aim("devices.codes_wrong", wrong, 0)
    _passes(reader, count)


def _passes(reader: BarcodeReader, count: int) -> None:
    """Boarding passes askew, ours beside zxing-cpp by itself, in steps of five degrees."""
    ours, alone, all_of = Counter[int](), Counter[int](), Counter[int]()
    cpu_ms, wrong, wrong_alone = list[float](), 0, 0
    formats = zxingcpp.barcode_formats_from_str("PDF417")
    for one in pass_pictures(count, REPORTING):
        start = time.process_time()
        got = [code.content for code in reader.read(one.pixels)]
        cpu_ms.append(1000 * (time.process_time() - start))
        theirs = [bytes(code.bytes) for code in zxingcpp.read_barcodes(one.pixels, formats=formats) if code.valid]
        step = int(one.askew_deg // _STEP_DEG)
        all_of[step] += 1
        ours[step] += one.content in got
        alone[step] += one.content in theirs
        wrong += any(content != one.content for content in got)
        wrong_alone += any(content != one.content for content in theirs)
    print(
        f"{count} boarding passes askew, CPU {spread(cpu_ms)} ms, p95 {percentile(cpu_ms, 95):.0f} ms, in steps of 5°"
    )
    for name, read, misread in (("ours", ours, wrong), ("zxing-cpp by itself", alone, wrong_alone)):
        told = " · ".join(f"{read[step]}/{all_of[step]}" for step in sorted(all_of))
        print(f"  {name}: {told}, {misread} read wrong")
    aim("devices.passes_askew_read", sum(ours.values()) / count, 0.95, at_least=True)
    aim("devices.passes_askew_wrong", wrong, 0)


def _opencv(rival: cv2.QRCodeDetector, one: CodePicture) -> bool:
    try:
        text = rival.detectAndDecode(np.ascontiguousarray(one.pixels))[0]
    except (cv2.error, UnicodeDecodeError):  # it hands out text only
        return False
    return text.encode("latin-1", "replace") == one.content
