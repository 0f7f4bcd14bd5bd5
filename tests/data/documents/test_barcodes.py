"""What a code is for shows in its bytes."""

from data.documents.barcodes import Barcode, BarcodeKind, Symbology

ONE = b"M1SAMPLE/ADA MRS      EABC123 AAABBBXY 0123 183Y012A0025 100"


def test_kinds_of_codes() -> None:
    kinds = [
        Barcode(Symbology.AZTEC, content).kind for content in (ONE, b"\xdc\x03", b'{"data":{},"sig":{}}', b"hello")
    ]
    assert kinds == [BarcodeKind.BOARDING_PASS, BarcodeKind.SEAL, BarcodeKind.OPEN_SEAL, BarcodeKind.OTHER]
