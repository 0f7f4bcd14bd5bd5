"""The signed files of a chip offer what is there and nothing else."""

import pytest

from devices.chip.lds.com import read_com
from devices.chip.lds.dg14 import read_dg14
from devices.chip.lds.security_infos import ACTIVE_AUTHENTICATION, CHIP_AUTHENTICATION_KEY
from devices.chip.lds.sod import read_security_object, read_sod
from devices.simulated.chip.personalisation.card import CARD_SECURITY, COM, SOD
from tests.devices.support.minted import card, groups_of


@pytest.mark.parametrize("lds", ["1.7", "1.8"])
def test_the_version_of_the_files_is_signed_from_1_8_on(lds: str) -> None:
    issued_card = card(lds=lds)
    assert read_com(issued_card.application[COM]).lds_version == lds.replace("1.", "010")
    signed = read_security_object(read_sod(issued_card.application[SOD]).content)
    assert signed.lds_version == {"1.7": "", "1.8": "0108"}[lds]
    assert signed.digests.keys() == groups_of(lds=lds).keys()


def test_offers_leave_out_what_is_not_there() -> None:
    groups = groups_of(access=["bac"], active_authentication="none", chip_authentication=[])
    assert 14 not in groups and 15 not in groups
    rsa = read_dg14(groups_of(active_authentication="rsa-sha1")[14])
    assert not rsa.offers(ACTIVE_AUTHENTICATION) and len(rsa.offers(CHIP_AUTHENTICATION_KEY)) == 1


def test_card_security_comes_with_chip_authentication_mapping_alone() -> None:
    assert CARD_SECURITY not in card().master
    assert CARD_SECURITY in card(pace=["ecdh-cam-aes-128:13"]).master
