"""OpenPACE (Debian package libeac3) as the chip: PACE and its channel by the library, in C over OpenSSL.

Only the frames of the answers are made here. It has one password, EF.CardAccess, and files of a travel document.
"""

import ctypes
from collections.abc import Mapping

from asn1crypto import core

from devices.simulated.chip.tlv_writer import encode_element
from tests.devices.support.peers.openpace import AS_IT_IS, IN_PACE, library, to_buffer, to_bytes

_REFUSED = b"\x69\x85"


def card_access(*offers: tuple[str, int]) -> bytes:
    """EF.CardAccess with these protocols and their domain parameters, in the order of DER."""
    infos = [
        encode_element(0x30, core.ObjectIdentifier(oid).dump(), b"\x02\x01\x02", b"\x02\x01" + bytes([parameters]))
        for oid, parameters in offers
    ]
    return encode_element(0x31, *sorted(infos))


class OpenPaceChip:
    """A chip on the line."""

    def __init__(self, offer: tuple[str, int], secret: bytes, files: Mapping[int, bytes]) -> None:
        self._library = library()
        self._card_access = card_access(offer)
        self._secret = secret
        self._files = dict(files)
        self._context: object = None
        self._has_channel = False
        self._in_application = False
        self._file = b""

    def transmit(self, command: bytes) -> bytes:
        """What the chip answers."""
        if command[0] & 0x0C == 0x0C:
            return self._answer_protected(command)
        if command[1] == 0x22:
            return self._begin()
        if command[1] == 0x86:
            return self._step(command)
        data = command[5 : 5 + command[4]] if len(command) > 5 else b""
        answer, status = self._answer(command[:4], data, 256)
        return answer + status

    def _answer(self, header: bytes, data: bytes, expected: int) -> tuple[bytes, bytes]:
        """Data and status of SELECT and READ BINARY."""
        if header[1] == 0xA4:
            self._in_application = header[2] == 0x04 or (self._in_application and data != b"\x3f\x00")
            return b"", b"\x90\x00"
        if header[1] != 0xB0:
            return b"", b"\x6d\x00"
        at = int.from_bytes(header[2:4], "big")
        if header[2] & 0x80:
            file, at = header[2] & 0x1F, header[3]
            if self._in_application and not self._has_channel:
                return b"", b"\x69\x82"
            content = self._files.get(0x0100 + file) if self._in_application else None
            if not self._in_application and file == 0x1C:
                content = self._card_access
            if content is None:
                return b"", b"\x6a\x82"
            self._file = content
        return self._file[at : at + expected], b"\x90\x00"

    def _begin(self) -> bytes:
        self._context = self._library.EAC_CTX_new()
        access = self._card_access
        size = ctypes.c_size_t(len(access))
        assert self._library.EAC_CTX_init_ef_cardaccess(access, size, self._context) == 1
        return b"\x90\x00"

    def _step(self, command: bytes) -> bytes:
        call, context = self._library, self._context
        body = command[5 : 5 + command[4]] if command[4] else command[7 : 7 + int.from_bytes(command[5:7], "big")]
        tag, value = _first_object(_first_object(body)[1])
        if tag == 0:
            secret = call.PACE_SEC_new(self._secret, ctypes.c_size_t(len(self._secret)), AS_IT_IS)
            answer = encode_element(0x80, to_bytes(call.PACE_STEP1_enc_nonce(context, secret)))
        elif tag == 0x81:
            ours = to_bytes(call.PACE_STEP3A_generate_mapping_data(context))
            assert call.PACE_STEP3A_map_generator(context, to_buffer(value)) == 1
            answer = encode_element(0x82, ours)
        elif tag == 0x83:
            self._theirs = value
            answer = encode_element(0x84, to_bytes(call.PACE_STEP3B_generate_ephemeral_key(context)))
            assert call.PACE_STEP3B_compute_shared_secret(context, to_buffer(value)) == 1
            assert call.PACE_STEP3C_derive_keys(context) == 1
        else:
            if call.PACE_STEP3D_verify_authentication_token(context, to_buffer(value)) != 1:
                return b"\x63\x00"
            token = call.PACE_STEP3D_compute_authentication_token(context, to_buffer(self._theirs))
            answer = encode_element(0x86, to_bytes(token))
            assert call.EAC_CTX_set_encryption_ctx(context, IN_PACE) == 1
            self._has_channel = True
        return encode_element(0x7C, answer) + b"\x90\x00"

    def _answer_protected(self, command: bytes) -> bytes:
        call, context = self._library, self._context
        if not self._has_channel:
            return _REFUSED
        body = command[5 : 5 + command[4]] if command[4] else command[7 : 7 + int.from_bytes(command[5:7], "big")]
        objects, mac = body[:-10], body[-8:]
        call.EAC_increment_ssc(context)
        signed = self._pad(self._pad(command[:4]) + objects)
        assert call.EAC_verify_authentication(context, to_buffer(signed), to_buffer(mac)) == 1
        data, expected = b"", 0
        while objects:
            tag, value = _first_object(objects)
            objects = objects[len(_as_sent(objects)) :]
            if tag == 0x87:
                data = to_bytes(call.EAC_remove_iso_pad(call.EAC_decrypt(context, to_buffer(value[1:]))))
            if tag == 0x97:
                expected = int.from_bytes(value, "big") or 256
        answer, status = self._answer(command[:4], data, expected)
        call.EAC_increment_ssc(context)
        secured = b""
        if answer:
            padded = call.EAC_add_iso_pad(context, to_buffer(answer))
            secured = encode_element(0x87, b"\x01" + to_bytes(call.EAC_encrypt(context, padded)))
        secured += encode_element(0x99, status)
        made = call.EAC_authenticate(context, to_buffer(self._pad(secured)))
        return secured + encode_element(0x8E, to_bytes(made)) + status

    def _pad(self, data: bytes) -> bytes:
        return to_bytes(self._library.EAC_add_iso_pad(self._context, to_buffer(data)))


def _first_object(data: bytes) -> tuple[int, bytes]:
    """Tag and value of the first element; 0 if there is none."""
    if not data:
        return 0, b""
    whole = _as_sent(data)
    start = 2 if data[1] < 0x80 else 2 + (data[1] & 0x7F)
    return data[0], whole[start:]


def _as_sent(data: bytes) -> bytes:
    """The bytes of the first element, whose tag has one byte."""
    if data[1] < 0x80:
        return data[: 2 + data[1]]
    count = data[1] & 0x7F
    return data[: 2 + count + int.from_bytes(data[2 : 2 + count], "big")]
