"""How long a chip's responses may be: as EF.ATR/INFO says, else found out while nothing can break yet.

Many chips take long lengths without saying so. A plain command that asks for a long response does no harm: a chip that
does not know the form says that the length is wrong. In an encrypted channel the same question may cost the channel.
"""

from devices.chip.apdu import MOST_EXPECTED, SHORT_EXPECTED, Command
from devices.chip.card import Card
from devices.chip.errors import ChipError, ChipSlow, ReadingCancelled
from devices.chip.files import CARD_ACCESS
from devices.chip.lds.atr_info import response_limit

_ATR_INFO_SHORT_ID = 0x01
_READ, _BY_SHORT_ID = 0xB0, 0x80
_KNOWS_THE_FORM = frozenset({0x6A82, 0x6282})
"""Words of a chip that understood the length and found something else to say."""


def longest_response(card: Card) -> int:
    """256 to 65,536 bytes; the master file must be selected and the channel plain."""
    said = card.send(Command(0, _READ, _BY_SHORT_ID | _ATR_INFO_SHORT_ID, 0, expected=SHORT_EXPECTED))
    if said.status.ok or said.status.warns_of_end:
        return response_limit(said.data)
    try:
        tried = card.send(Command(0, _READ, _BY_SHORT_ID | CARD_ACCESS.short_id, 0, expected=MOST_EXPECTED))
    except (ChipSlow, ReadingCancelled):
        raise
    except ChipError:
        # Some readers fail over a long command or begin with the chip anew. A chip that has gone says so next.
        card.select_master_file()
        return SHORT_EXPECTED
    return MOST_EXPECTED if tried.status.ok or tried.status.word in _KNOWS_THE_FORM else SHORT_EXPECTED
