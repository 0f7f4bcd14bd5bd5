"""A visa's digital seal, from the authority's certificates at headquarters to the officer's answer."""

from base64 import b64encode
from pathlib import Path

import pytest

from tests.support.command_line import Waypost
from tests.support.sealed import authorities, visa, zone

ROOT, SIGNER = authorities()


@pytest.fixture
def sealed_kit(waypost: Waypost, hq: Path, tmp_path: Path) -> Path:
    """A kit whose headquarters imported the country's certificate and the seal signer's."""
    pem, secret, kit = tmp_path / "no.pem", tmp_path / "secret.json", tmp_path / "sealed"
    blocks = [f"-----BEGIN CERTIFICATE-----\n{b64encode(one.der).decode()}\n-----END CERTIFICATE-----\n"
              for one in (ROOT, SIGNER)]  # fmt: skip
    pem.write_text("".join(blocks))
    for arguments in (
        ("hq", "import", "--home", hq, "--list", "signers", "--format", "pem", pem),
        ("hq", "publish", "--home", hq),
        ("hq", "enrol", "--home", hq, "--kit", "north-2", "--source", hq / "public", "--out", secret),
        ("kit", "init", "--home", kit, "--enrol", secret),
        ("courier", "run", "--home", kit),
    ):
        done = waypost(*arguments)
        assert done.code == 0, done.err
    return kit


def test_a_seal_is_verified_with_what_headquarters_published(
    waypost: Waypost, sealed_kit: Path, tmp_path: Path
) -> None:
    genuine, changed, alone = (tmp_path / name for name in ("genuine", "changed", "alone"))
    genuine.write_bytes(visa(SIGNER))
    changed.write_bytes(visa(SIGNER).replace(b"\x5a\x00\x00", b"\x5a\x01\x00"))
    alone.write_bytes(visa(authorities()[1]))

    def finding(code: Path, text: str = zone()) -> tuple[int, str, str]:
        done = waypost("check", "--home", sealed_kit, "--mrz", text, "--code", code, "--json")
        (found,) = (one for one in done.json["findings"] if one["check"] == "seal")
        return done.code, found["state"], found["reason"]

    assert finding(genuine)[1:] == ("pass", "seal_genuine")
    assert finding(changed) == (20, "hit", "seal_false")
    assert finding(genuine, zone("V7654321")) == (20, "hit", "seal_of_another")
    assert finding(alone) == (20, "hit", "seal_false")


def test_a_kit_without_the_certificates_says_so(waypost: Waypost, kit: Path, tmp_path: Path) -> None:
    (tmp_path / "seal").write_bytes(visa(SIGNER))
    done = waypost("check", "--home", kit, "--mrz", zone(), "--code", tmp_path / "seal")
    assert "Digital seal, NOT DONE" in done.out
    assert "no certificate for the signer NOTS" in done.out
