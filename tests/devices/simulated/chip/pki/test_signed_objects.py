"""Certificates that another library takes, and links from an old key to a new one."""

import pytest
from cryptography import x509

from data.certificates.certificate import read_certificate
from devices.simulated.chip.pki.invented_state import InventedState


@pytest.mark.parametrize("keys", ["rsa", "rsa_pss", "ec_named"])
def test_another_library_takes_the_certificates(keys: str) -> None:
    state = InventedState("UT", keys)  # type: ignore[arg-type]
    root, signer = (x509.load_der_x509_certificate(authority.der) for authority in (state.csca, state.signer))
    root.verify_directly_issued_by(root)
    signer.verify_directly_issued_by(root)
    usage = signer.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical and usage.value.digital_signature and not usage.value.key_cert_sign
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)


def test_a_link_certificate_is_the_new_key_by_the_word_of_the_old() -> None:
    old = InventedState("UT")
    new = old.renew()
    linked = read_certificate(new.link(old))
    assert linked.is_signed_by(old.csca.certificate) and linked.key == new.csca.certificate.key
    assert new.csca.certificate.key != old.csca.certificate.key
    assert new.signer.certificate.is_signed_by(linked)
