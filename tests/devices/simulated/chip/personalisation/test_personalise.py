"""What is written into a chip is what our readers of its files find."""

from datetime import date

from data.certificates.public_keys import EcKey
from devices.chip.lds.dg1 import read_dg1
from devices.chip.lds.dg3 import read_dg3
from devices.chip.lds.dg11 import read_dg11
from devices.chip.lds.dg12 import read_dg12
from devices.chip.lds.dg14 import read_dg14
from devices.chip.lds.dg15 import read_dg15
from devices.chip.lds.dg16 import read_dg16
from devices.chip.lds.displayed import read_dg7
from devices.chip.lds.security_infos import PACE
from tests.devices.support.minted import HOLDER, ISSUED, ZONE, groups_of


def test_every_file_says_what_the_holder_is() -> None:
    groups = groups_of()
    assert read_dg1(groups[1]).mrz == ZONE
    assert read_dg3(groups[3]).records == ()
    assert [picture.content for picture in read_dg7(groups[7]).pictures] == [HOLDER.signature]
    details = read_dg11(groups[11])
    assert (details.surname, details.given, details.faults) == ("SAMPEL", "ADA MARIA", ())
    assert details.birth is not None and details.birth.whole == date(1990, 2, 3)
    issued = read_dg12(groups[12])
    assert issued.issued is not None and issued.issued.whole == ISSUED and not issued.faults
    assert {info.protocol.rpartition(".")[0] for info in read_dg14(groups[14]).offers(PACE)} == {f"{PACE}.2"}
    assert isinstance(read_dg15(groups[15]).key, EcKey)
    assert read_dg16(groups[16]).persons[0].surname == "SAMPLE"
