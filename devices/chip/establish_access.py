"""Opens a chip by the best protocol that it offers and accepts, and reports what was tried before.

PACE before BAC (Doc 9303-11, 4.2). If a chip declines an offer, the next one is tried. If it does not accept the zone
in PACE, BAC is tried once: perhaps only its PACE fails, and a wrong zone fails there too. An offer whose nonce cannot
be used is declined like one that the chip refuses. A wrong proof, or any later answer that no standard allows, ends the
reading.
"""

from dataclasses import dataclass, replace

from data.certificates.malformed import Malformed
from data.text import EMPTY, Message, _, join
from devices.chip.access_keys import AccessKey, MrzKey
from devices.chip.apdu import CommandApdu
from devices.chip.bac import establish_bac
from devices.chip.card import Card
from devices.chip.errors import AccessCause, AccessRefused, ChipMalformed, ChipRefused, OfferUnusable
from devices.chip.file_reader import CARD_ACCESS, CARD_SECURITY, FileReader, ReadMode, find_response_limit
from devices.chip.lds.security_infos import PACE, SecurityInfo, read_card_access
from devices.chip.pace.offers import PaceMapping, PaceOffer, pace_offers
from devices.chip.pace.protocol import MappingProof, PaceResult, establish_pace
from devices.chip.random_source import SYSTEM_RANDOM, RandomSource
from devices.chip.reading import AccessKind, ChipAccess

_OPEN = _("no key asked")
_BAC_MAY_OPEN = (AccessCause.WRONG_KEY, AccessCause.NOT_OFFERED)
"""Reasons why PACE refuses a zone that need not be true of BAC."""
_READ_COM = CommandApdu(0, 0xB0, 0x9E, 0, expected=1)


@dataclass(frozen=True, slots=True)
class AccessResult:
    """A chip that is open, its application selected."""

    access: ChipAccess
    offered: tuple[SecurityInfo, ...]
    """EF.CardAccess; empty if the chip refuses it."""
    has_mapping_proof: bool = False
    """Whether it was PACE-CAM, so that the chip must also prove itself."""
    proof: MappingProof | None = None
    card_security: bytes = b""
    card_security_unread: Message = EMPTY
    """Why EF.CardSecurity was not read, although the proof is to be checked against it."""
    offers_unread: Message = EMPTY
    """Why EF.CardAccess is unknown, if the chip gave it only in part or malformed."""


def establish_access(
    card: Card, key: AccessKey, mode: ReadMode, random_source: RandomSource = SYSTEM_RANDOM
) -> AccessResult:
    """Open a chip.

    Raises:
        AccessRefused and every other ChipError.
    """
    card.select_master_file()
    files = FileReader(card, mode)
    if mode is ReadMode.SWIFT:
        card.response_limit = find_response_limit(card)
    offered, unread, declined = _read_offers(files)
    attempt = _AccessAttempt(card, key, mode, random_source)
    return replace(_open(attempt, offered, declined), offers_unread=unread)


def _open(attempt: "_AccessAttempt", offered: tuple[SecurityInfo, ...], declined: list[Message]) -> AccessResult:
    card, key = attempt.card, attempt.key
    for offer in pace_offers(offered):
        try:
            result = _open_by_pace(attempt, offer, offered, tuple(declined))
        except (ChipRefused, OfferUnusable) as refused:
            declined.append(_("{protocol} was declined: {problem}", protocol=offer.title, problem=refused.what))
            card.select_master_file()
        except AccessRefused as refused:
            if refused.cause not in _BAC_MAY_OPEN or not isinstance(key, MrzKey):
                raise
            return _after_refusal(attempt, offered, declined, refused)
        else:
            card.select_application()  # a chip that refuses this did not decline the offer
            return result
    if not declined and any(info.is_of(PACE) for info in offered):
        declined.append(_("The chip offers only kinds of PACE that this kit does not support"))
    return _open_without_pace(attempt, offered, tuple(declined))


@dataclass(frozen=True, slots=True)
class _AccessAttempt:
    """The chip, the key, and how to read: the same for every protocol."""

    card: Card
    key: AccessKey
    mode: ReadMode
    random_source: RandomSource


def _after_refusal(
    attempt: _AccessAttempt, offered: tuple[SecurityInfo, ...], declined: list[Message], refused: AccessRefused
) -> AccessResult:
    """Open by BAC after PACE did not accept the zone; raises PACE's refusal if BAC refuses too."""
    status = refused.status.says if refused.status else EMPTY
    declined.append(_("PACE did not accept the zone that BAC accepts: {status}", status=status))
    try:
        return _open_without_pace(attempt, offered, tuple(declined))
    except (AccessRefused, ChipRefused):
        raise refused from None


def _read_offers(files: FileReader) -> tuple[tuple[SecurityInfo, ...], Message, list[Message]]:
    """The offers in EF.CardAccess, why they are unknown, and why PACE is not tried, if so.

    A chip that says it has no such file offers nothing. One that fails over it, as chips without PACE may, leaves its
    offers unknown.
    """
    try:
        return read_card_access(files.read(CARD_ACCESS)), EMPTY, []
    except ChipRefused as refused:
        return (), EMPTY if refused.is_withheld else refused.what, []
    except (ChipMalformed, Malformed) as problem:
        unread = join([problem.what])
        return (), unread, [_("PACE was not tried, because EF.CardAccess cannot be read: {problem}", problem=unread)]


def _open_by_pace(
    attempt: _AccessAttempt, offer: PaceOffer, offered: tuple[SecurityInfo, ...], declined: tuple[Message, ...]
) -> AccessResult:
    card = attempt.card
    pace_result = establish_pace(card, attempt.key, offer, attempt.random_source)
    card.secure(pace_result.channel)
    has_mapping_proof = offer.mapping is PaceMapping.CHIP_AUTHENTICATION
    security, unread = _read_card_security(card, pace_result, attempt.mode)
    access = ChipAccess(AccessKind.PACE, offer.title, declined)
    return AccessResult(access, offered, has_mapping_proof, pace_result.proof, security, unread)


def _read_card_security(card: Card, pace_result: PaceResult, mode: ReadMode) -> tuple[bytes, Message]:
    """The file that a proof is checked against, and why it was not read; nothing of both if there is no proof."""
    if pace_result.proof is None:
        return b"", EMPTY
    try:
        return FileReader(card, mode).read(CARD_SECURITY), EMPTY
    except (ChipRefused, ChipMalformed) as problem:
        return b"", problem.what


def _open_without_pace(
    attempt: _AccessAttempt, offered: tuple[SecurityInfo, ...], declined: tuple[Message, ...]
) -> AccessResult:
    card, key = attempt.card, attempt.key
    card.select_application()
    if not isinstance(key, MrzKey):
        if _is_open(card):
            return AccessResult(ChipAccess(AccessKind.OPEN, _OPEN, declined), offered)
        raise AccessRefused(AccessCause.NOT_OFFERED, _("This chip can only be opened by its machine-readable zone"))
    try:
        card.secure(establish_bac(card, key, attempt.random_source))
    except ChipRefused:
        if not _is_open(card):
            raise
        return AccessResult(ChipAccess(AccessKind.OPEN, _OPEN, declined), offered)
    return AccessResult(ChipAccess(AccessKind.BAC, join(["BAC"]), declined), offered)


def _is_open(card: Card) -> bool:
    """Whether the chip gives its list of files without a key."""
    response = card.send(_READ_COM)
    return response.status.ok and bool(response.data)
