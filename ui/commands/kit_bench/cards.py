"""`waypost kit bench` at a reader of staff cards: which card is inserted, and the fingerprint of each key. No PIN."""

import asyncio
from contextlib import suppress

from data.kit.settings import CardSettings
from data.log.error_log import log_error
from data.text import EMPTY, Message, _, in_context
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.ports import DriverContext
from devices.staff_card.card_reader import CardFault, CardPinState, CardPresence, InsertedCard, StaffCardReader
from ui.commands.kit_bench.chips import fault_lines
from ui.options import KIT
from ui.text.sanitize import safe
from ui.text.translation import say

SHOWN = 200
_PIN_STATES = {
    CardPinState.READY: in_context("PIN of a card", "ready"),
    CardPinState.LAST_TRY: _("the next wrong PIN locks the card"),
    CardPinState.LOCKED: _("locked after too many wrong PINs"),
    CardPinState.NOT_SET: _("no PIN was set"),
}


def bench_card_readers(url: str, settings: CardSettings, context: DriverContext, seconds: float | None) -> int:
    """Show what is inserted, and each change. Returns 1 if no usable card was there at the end.

    Raises:
        DeviceFault: SETUP, for a wrong URL.
    """
    url = settings.url if url == KIT else url
    if not url:
        raise DeviceFault(
            FaultReason.SETUP,
            _("kit.toml names no card reader"),
            hint=_("Write the card maker's library as module under [card], or give pkcs11://?module=… with --card"),
        )
    reader = registry.staff_card_reader(url, context)
    return asyncio.run(_bench(reader, seconds))


async def _bench(reader: StaffCardReader, seconds: float | None) -> int:
    title = safe(reader.info.title, SHOWN)
    say(_("Reading staff cards on {title}. Insert one; Ctrl+C stops. No PIN is needed.", title=title))
    try:
        await reader.open()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _watch(reader)
        last_presence = reader.presence()
    except DeviceFault as fault:
        log_error(fault, device=reader.info.driver)
        say(fault_lines(fault))
        return 1
    finally:
        await reader.close()
    return 0 if isinstance(last_presence, InsertedCard) and last_presence.keys else 1


async def _watch(reader: StaffCardReader) -> None:
    async for presence in reader.insertions():
        _print_presence(presence)


def _print_presence(presence: CardPresence) -> None:
    if presence is None:
        say(_("  none  No card is inserted"))
    elif isinstance(presence, CardFault):
        say(fault_lines(presence))
    else:
        label, serial = safe(presence.label, SHOWN), safe(presence.serial, SHOWN)
        say(_("  card  {label}, serial number {serial}", label=label, serial=serial))
        say(_("  pin   {state}", state=_PIN_STATES[presence.pin_state]))
        for key in presence.keys:
            name = safe(key.label, SHOWN)
            say(_("  key   {kind}  {fingerprint}  {name}", kind=key.kind, fingerprint=key.fingerprint, name=name))
        if hint := _hint(presence):
            say(_("  hint  {text}", text=hint))


def _hint(card: InsertedCard) -> Message:
    if not card.keys:
        return _("The card shows no key of a kind that Waypost verifies: RSA of 2048 bits or more, P-256 or P-384")
    return EMPTY
