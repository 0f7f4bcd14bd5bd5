"""The chip's proof of itself inside PACE: chip authentication mapping (Doc 9303-11, 4.4.3.3.3, 4.4.3.5)."""

from dataclasses import dataclass, field

from data.certificates.keys import EcKey
from data.certificates.malformed import Malformed
from devices.chip.crypto.groups import EcGroup
from devices.chip.crypto.keys import SessionKeys
from devices.chip.crypto.padding import unpad


@dataclass(frozen=True, slots=True)
class ChipProof:
    """What ties the key of the mapping to the chip's own key."""

    factor: int = field(repr=False)
    """The private keys' quotient, which only the chip can know."""
    mapping_public: bytes = field(repr=False)

    def holds(self, key: EcKey) -> bool:
        """Whether the chip holds the private key of `key`; Malformed where the two lie on different curves."""
        group = EcGroup.of(key.curve)
        return group.shared(self.factor, key.point) == group.decode(self.mapping_public)


def read_proof(keys: SessionKeys, secret: bytes, mapping_public: bytes) -> ChipProof | None:
    """The proof in the chip's last answer; None where it sent none: it has then not proved itself."""
    suite = keys.suite
    if not secret or len(secret) % suite.block_bytes:
        return None
    iv = suite.encrypt_block(keys.encryption, b"\xff" * suite.block_bytes)
    try:
        factor = int.from_bytes(unpad(suite.decrypt(keys.encryption, secret, iv), suite.block_bytes), "big")
    except Malformed:
        return None
    return ChipProof(factor, mapping_public)
