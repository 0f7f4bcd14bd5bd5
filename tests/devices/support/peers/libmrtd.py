"""libmrtd (Debian package libmrtd0): a whole reader in C, for chips with basic access control.

It talks through libnfc; in place of libnfc's one function that it calls stands ours, which hands each command to a
transport.
"""

import ctypes
import subprocess
from functools import lru_cache
from pathlib import Path

from devices.ports import Transport

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/libmrtd.so.0")
_STAND_IN = """
typedef int (*relay)(const unsigned char *, unsigned long, unsigned char *, unsigned long);
static relay here;
void relay_to(relay given) { here = given; }
int nfc_initiator_transceive_bytes(void *device, const unsigned char *sent, unsigned long sent_bytes,
                                   unsigned char *got, unsigned long got_bytes, int timeout)
{ return here(sent, sent_bytes, got, got_bytes); }
"""
_Relay = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_ubyte), ctypes.c_ulong, ctypes.POINTER(ctypes.c_ubyte), ctypes.c_ulong
)


@lru_cache(maxsize=1)
def _load(folder: Path) -> tuple[ctypes.CDLL, ctypes.CDLL]:
    source, stand_in = folder / "stand_in.c", folder / "stand_in.so"
    source.write_text(_STAND_IN, "utf-8")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", stand_in, source], check=True)
    relay = ctypes.CDLL(str(stand_in), ctypes.RTLD_GLOBAL)
    return relay, ctypes.CDLL(str(LIBRARY), ctypes.RTLD_GLOBAL)


class Libmrtd:
    """A reader with one chip on it."""

    def __init__(self, transport: Transport, folder: Path) -> None:
        relay, self._library = _load(folder)
        self._transport = transport
        self._relay = _Relay(self._exchange)
        relay.relay_to(self._relay)
        self._encryption, self._mac = ctypes.create_string_buffer(16), ctypes.create_string_buffer(16)
        self._counter = ctypes.c_uint64()

    def open(self, password: bytes) -> int:
        """Basic access control with the MRZ information; 0 when it succeeds."""
        return int(
            self._library.mrtd_bac_keyhandshake(
                None, password, self._encryption, self._mac, ctypes.byref(self._counter)
            )
        )

    def read(self, file: int) -> bytes:
        """A whole file; empty when it cannot be read."""
        content, size = ctypes.create_string_buffer(200_000), ctypes.c_int()
        keys = (self._encryption, self._mac, ctypes.byref(self._counter))
        self._library.mrtd_fileread_read(None, file.to_bytes(2, "big"), content, ctypes.byref(size), *keys)
        return content.raw[: size.value]

    def _exchange(self, sent: "ctypes._Pointer[ctypes.c_ubyte]", size: int, got: object, room: int) -> int:
        answer = self._transport.transmit(bytes(sent[:size]))
        if len(answer) > room:
            return -1
        ctypes.memmove(got, answer, len(answer))  # type: ignore[arg-type]
        return len(answer)
