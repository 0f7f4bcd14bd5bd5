"""OpenPACE (Debian package libeac3): the reader's side of PACE and of its channel, in C over OpenSSL.

The library does all that is secret and reads EF.CardAccess; only the frames of the commands are made here.
"""

import ctypes
from ctypes.util import find_library
from functools import lru_cache

from devices.ports import Transport
from devices.simulated.chip.tlv_writer import encode_element

IN_PACE = 0
_MRZ, _CAN = 1, 2
AS_IT_IS = 5
"""The library's own kind of secret; its own way from a zone to one knows cards of three lines alone."""


class _Buffer(ctypes.Structure):
    _fields_ = (("length", ctypes.c_size_t), ("data", ctypes.c_void_p))


_BufferPointer = ctypes.POINTER(_Buffer)


def there() -> bool:
    """Whether the library is installed."""
    return find_library("eac") is not None


class OpenPace:
    """A reader with one chip on it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._library = library()
        self._context = self._library.EAC_CTX_new()

    def open(self, oid: bytes, password: bytes, card_access: bytes) -> None:
        """PACE with the SHA-1 of the MRZ information or, where there are six digits, the card access number."""
        call, context = self._library, self._context
        assert call.EAC_CTX_init_ef_cardaccess(card_access, ctypes.c_size_t(len(card_access)), context) == 1
        kind = _CAN if len(password) == 6 else _MRZ
        secret = call.PACE_SEC_new(password, ctypes.c_size_t(len(password)), kind if kind == _CAN else AS_IT_IS)
        self._plain(0x22, 0xC1A4, encode_element(0x80, oid) + encode_element(0x83, bytes([kind])))
        nonce = self._step(0x10, 0x80)
        assert call.PACE_STEP2_dec_nonce(context, secret, to_buffer(nonce)) == 1
        ours = to_bytes(call.PACE_STEP3A_generate_mapping_data(context))
        mapping = (
            self._step(0x10, 0x82, encode_element(0x81, ours)) or ours
        )  # the integrated mapping takes one side's alone
        assert call.PACE_STEP3A_map_generator(context, to_buffer(mapping)) == 1
        public = to_bytes(call.PACE_STEP3B_generate_ephemeral_key(context))
        theirs = self._step(0x10, 0x84, encode_element(0x83, public))
        assert call.PACE_STEP3B_compute_shared_secret(context, to_buffer(theirs)) == 1
        assert call.PACE_STEP3C_derive_keys(context) == 1
        token = to_bytes(call.PACE_STEP3D_compute_authentication_token(context, to_buffer(theirs)))
        proof = self._step(0x00, 0x86, encode_element(0x85, token))
        assert call.PACE_STEP3D_verify_authentication_token(context, to_buffer(proof)) == 1
        assert call.EAC_CTX_set_encryption_ctx(context, IN_PACE) == 1

    def ask(self, ins: int, parameters: int, data: bytes = b"", le: int | None = None) -> bytes:
        """One command in the channel; the plain data of its answer."""
        call, context = self._library, self._context
        header = bytes([0x0C, ins]) + parameters.to_bytes(2, "big")
        call.EAC_increment_ssc(context)
        objects = encode_element(0x87, b"\x01", self._encrypt(data)) if data else b""
        objects += encode_element(0x97, bytes([le & 0xFF])) if le is not None else b""
        mac = to_bytes(call.EAC_authenticate(context, to_buffer(self._pad(self._pad(header) + objects))))
        body = objects + encode_element(0x8E, mac)
        answer = self._transport.transmit(header + bytes([len(body)]) + body + b"\x00")
        assert answer[-2:] == b"\x90\x00", answer[-2:].hex()
        return self._open(answer[:-2])

    def _open(self, answer: bytes) -> bytes:
        call, context = self._library, self._context
        call.EAC_increment_ssc(context)
        covered, mac = answer[:-10], answer[-8:]
        assert call.EAC_verify_authentication(context, to_buffer(self._pad(covered)), to_buffer(mac)) == 1
        if covered[0] != 0x87:
            return b""
        start = covered.index(b"\x01", 1 if covered[1] < 0x80 else 2 + (covered[1] & 0x7F)) + 1
        secret = covered[start:-4]
        plain = call.EAC_remove_iso_pad(call.EAC_decrypt(context, to_buffer(secret)))
        return to_bytes(plain)

    def _encrypt(self, data: bytes) -> bytes:
        padded = self._library.EAC_add_iso_pad(self._context, to_buffer(data))
        return to_bytes(self._library.EAC_encrypt(self._context, padded))

    def _pad(self, data: bytes) -> bytes:
        return to_bytes(self._library.EAC_add_iso_pad(self._context, to_buffer(data)))

    def _step(self, cla: int, tag: int, data: bytes = b"") -> bytes:
        answer = self._plain(0x86, 0, encode_element(0x7C, data), cla)
        body = answer[2 if answer[1] < 0x80 else 2 + (answer[1] & 0x7F) :]
        assert body[0] == tag
        return body[2 if body[1] < 0x80 else 2 + (body[1] & 0x7F) :]

    def _plain(self, ins: int, parameters: int, data: bytes, cla: int = 0) -> bytes:
        header = bytes([cla, ins]) + parameters.to_bytes(2, "big")
        short = len(data) < 0x100
        size = len(data).to_bytes(1 if short else 3, "big")
        le = b"" if ins == 0x22 else bytes(1 if short else 2)
        answer = self._transport.transmit(header + size + data + le)
        assert answer[-2:] == b"\x90\x00", answer[-2:].hex()
        return answer[:-2]


@lru_cache(maxsize=1)
def library() -> ctypes.CDLL:
    """The library, loaded once."""
    library = ctypes.CDLL(find_library("eac"))
    library.EAC_init()
    for name in (
        "EAC_add_iso_pad", "EAC_remove_iso_pad", "EAC_encrypt", "EAC_decrypt", "EAC_authenticate",
        "BUF_MEM_create_init", "PACE_STEP1_enc_nonce", "PACE_STEP3A_generate_mapping_data",
        "PACE_STEP3B_generate_ephemeral_key",
        "PACE_STEP3D_compute_authentication_token",
    ):  # fmt: skip
        getattr(library, name).restype = _BufferPointer
    for name in ("EAC_CTX_new", "PACE_SEC_new"):
        getattr(library, name).restype = ctypes.c_void_p
    return _Typed(library)  # type: ignore[return-value]


class _Typed:
    """Hands 64-bit handles on as what they are."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    def __getattr__(self, name: str) -> object:
        function = getattr(self._library, name)
        return lambda *arguments: function(*(_argument(argument) for argument in arguments))


def _argument(argument: object) -> object:
    """A handle is larger than the int that ctypes takes a number for."""
    return ctypes.c_void_p(argument) if isinstance(argument, int) and argument > 0xFFFF else argument


def to_buffer(content: bytes) -> object:
    """Bytes as the library takes them."""
    return library().BUF_MEM_create_init(content, ctypes.c_size_t(len(content)))


def to_bytes(buffer: object) -> bytes:
    """Bytes that the library returned; AssertionError if it refused."""
    assert buffer, "OpenPACE refuses"
    library = buffer.contents  # type: ignore[attr-defined]
    return ctypes.string_at(library.data, library.length) if library.length else b""
