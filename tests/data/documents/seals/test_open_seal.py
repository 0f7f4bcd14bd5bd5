"""Seals in JSON: what is signed is the canonical form; what two programs may read differently is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.certificates.certificate import read_certificate
from data.certificates.malformed import Malformed
from data.documents.seals.open_seal import LARGEST_BYTES, MOST_FACTS, canonical, read_open_seal
from data.documents.seals.signature import verify_seal_signature
from tests.support.sealed import authorities, open_seal

_, SIGNER = authorities()
MESSAGE = {"pid": {"n": "SAMPLE ADA", "dob": "1990-02-03", "dn": "L1234567A"}, "tr": [{"tc": "é"}, 3, None]}


def test_a_seal_is_read_and_its_signature_holds_in_any_order_of_members() -> None:
    data = json.loads(open_seal(SIGNER, MESSAGE))
    turned = json.dumps({"sig": data["sig"], "data": dict(reversed(data["data"].items()))}, indent=1).encode()
    read = read_open_seal(turned)
    assert (read.type, read.issuer, read.number, read.birth, read.name) == (
        "icao.test", "NOR", "L1234567A", "1990-02-03", "SAMPLE ADA",
    )  # fmt: skip
    assert read.facts["tr.0.tc"] == "é"
    assert verify_seal_signature(read_certificate(read.certificate), read.signature, read.covered)


def test_members_are_ordered_as_the_rfc_orders_them() -> None:
    """RFC 8785, 3.2.3: by UTF-16 code units, so that U+1F600 comes before U+FB33."""
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "a": [{"b": 1, "a": 2}]}) == (
        '{"a":[{"a":2,"b":1}],"\U0001f600":2,"\ufb33":1}'.encode()
    )


@pytest.mark.parametrize(
    "changed",
    [
        b"{",
        b"[]",
        b'{"data":1,"sig":2}',
        open_seal(SIGNER, MESSAGE).replace(b'"NOR"', b"1.5"),
        open_seal(SIGNER, MESSAGE).replace(b'"v": 1', b'"v": 1, "v": 2'),
        open_seal(SIGNER, MESSAGE).replace(b'"sigvl": "', b'"sigvl": "!'),
        open_seal(SIGNER, {str(at): at for at in range(MOST_FACTS + 1)}),
        open_seal(SIGNER, {"x": "y" * LARGEST_BYTES}),
        open_seal(SIGNER, {"x": [[[[[[[[[[1]]]]]]]]]]}),
        open_seal(SIGNER, MESSAGE).replace(b'"v": 1', b'"v": NaN'),
    ],
)
def test_what_is_no_seal_is_refused(changed: bytes) -> None:
    with pytest.raises(Malformed):
        read_open_seal(changed)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: ('{"data":' + text + ',"sig":{}}').encode()))
def test_any_bytes_are_a_seal_or_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_open_seal(data)


@given(st.recursive(st.integers() | st.text(max_size=5) | st.booleans() | st.none(), st.lists, max_leaves=20))
def test_the_canonical_form_says_the_same(value: object) -> None:
    assert json.loads(canonical({"x": value})) == {"x": value}
