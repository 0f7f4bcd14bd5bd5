"""EF.SOD: the issuer's signature over the digests of the data groups (Doc 9303-10, 4.6.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from asn1crypto import algos, core

from data.certificates.malformed import Malformed, guard_parsing
from data.certificates.signatures import digest, hash_name
from data.certificates.signed_data import SignedData, read_signed_data
from data.certificates.tlv import check_bounds
from data.text import _
from devices.chip.lds.files import GROUP_TAGS, SOD_TAG, content

CONTENT_TYPE = "2.23.136.1.1.1"
MOST_BYTES = 64 * 1024
"""The largest seen has 3 KB."""


@dataclass(frozen=True, slots=True)
class SecurityObject:
    """The digests that were signed."""

    hash: str
    digests: Mapping[int, bytes]
    """By number of the data group."""
    lds_version: str = ""
    """Present and signed since version 1.8; empty before."""

    def holds(self, number: int, data: bytes) -> bool:
        """Whether these bytes of a data group are those that were signed."""
        expected = self.digests.get(number)
        return expected is not None and digest(self.hash, data) == expected


def read_sod(data: bytes) -> SignedData:
    """The signed data in an EF.SOD; Malformed if it is not one."""
    return read_signed_data(content(data, SOD_TAG, "EF.SOD"), CONTENT_TYPE, _("EF.SOD"), MOST_BYTES)


def read_security_object(data: bytes) -> SecurityObject:
    """The digests in the signed content of an EF.SOD; Malformed if it is something else."""
    what = _("The signed list of digests")
    check_bounds(data, what, MOST_BYTES)
    with guard_parsing(what):
        parsed = _SecurityObject.load(data, strict=True)
        version, versions = int(parsed["version"].native), parsed["versions"]
        digests = [(int(digest["number"].native), digest["value"].native) for digest in parsed["digests"]]
        if version not in (0, 1):
            raise Malformed(_("The signed list of digests has the unknown version {version}", version=version))
        if len(dict(digests)) != len(digests) or not dict(digests).keys() <= GROUP_TAGS.keys():
            raise Malformed(_("The signed list of digests names a data group twice, or one that does not exist"))
        lds_version = "" if isinstance(versions, core.Void) else str(versions["lds"].native)
        return SecurityObject(hash_name(parsed["hash"]), dict(digests), lds_version)


class _Digest(core.Sequence):  # type: ignore[misc]
    _fields = [("number", core.Integer), ("value", core.OctetString)]  # noqa: RUF012


class _Digests(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Digest


class _Versions(core.Sequence):  # type: ignore[misc]
    _fields = [("lds", core.PrintableString), ("unicode", core.PrintableString)]  # noqa: RUF012


class _SecurityObject(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash", algos.DigestAlgorithm),
        ("digests", _Digests),
        ("versions", _Versions, {"optional": True}),
    ]
