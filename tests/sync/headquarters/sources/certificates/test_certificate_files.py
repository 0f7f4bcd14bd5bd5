"""Any file of certificates is taken or refused by name."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.certificates.trust_record import TrustRecord
from data.errors import RefusedFile
from sync.headquarters.sources import load_reader
from tests.sync.support.trust_files import to_ldif


@pytest.mark.parametrize("format_name", ["master-list", "pem", "crl", "ldif"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    content=st.one_of(st.binary(max_size=200), st.binary(max_size=80).map(lambda der: to_ldif(("cACertificate", der))))
)
def test_any_file_is_taken_or_refused(tmp_path: Path, format_name: str, content: bytes) -> None:
    path = tmp_path / "any.ml"
    path.write_bytes(content)
    try:
        items: Sequence[object] = list(load_reader(format_name)([path]))
    except RefusedFile:
        return
    assert not [item for item in items if isinstance(item, TrustRecord)]
