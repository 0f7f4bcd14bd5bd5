"""Cards by a maker's library: softhsm2, and a library around it that crashes, hangs and lies."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

from data.log import error_log
from data.people.card_proof import CardChallenges, SignatureScheme
from data.store_key import KEYS_FILE
from devices import registry
from devices.faults import DeviceFault, FaultReason
from devices.ports import DeviceHealth, DriverContext
from devices.staff_card import pkcs11_reader
from devices.staff_card.card_reader import CardFault, CardPinState, CardProblem, InsertedCard
from devices.staff_card.pkcs11_reader import Pkcs11CardReader
from tests.support.card_tokens import PIN, SOFTHSM, WRONG_PIN, CardMaker, card_url
from tests.support.processes import core_limits, is_running, mask
from tests.support.waiting import GUARD_S, until


def reader_of(library: Path, folder: Path) -> Pkcs11CardReader:
    reader = registry.staff_card_reader(card_url(library), DriverContext(folder, "production"))
    assert isinstance(reader, Pkcs11CardReader)
    return reader


async def proves(reader: Pkcs11CardReader, fingerprint: str) -> SignatureScheme:
    challenges = CardChallenges("kit-1", lambda: datetime.now(UTC))
    challenge = challenges.issue("4711", "sign-in")
    proof = await reader.sign(fingerprint, challenge.encode(), PIN, GUARD_S)
    assert challenges.accept(challenge, proof, fingerprint)
    return proof.scheme


async def test_every_kind_of_key_proves_and_weak_ones_are_not_offered(card_maker: CardMaker, tmp_path: Path) -> None:
    """By softhsm2 itself, without anything around it."""
    card_maker.make("A. Karim", "rsa:2048", "EC:prime256v1", "EC:secp384r1", "rsa:1024")
    reader = reader_of(SOFTHSM, tmp_path)
    await reader.open()
    card = await reader.card(GUARD_S)
    assert card is not None and card.pin_state is CardPinState.READY
    kinds = {key.kind: await proves(reader, key.fingerprint) for key in card.keys}
    assert kinds == {
        "RSA 2048": SignatureScheme.RSA_PSS,
        "EC secp256r1": SignatureScheme.ECDSA,
        "EC secp384r1": SignatureScheme.ECDSA,
    }
    await reader.close()


async def test_a_card_without_pss_signs_in_the_older_way(card_maker: CardMaker, tmp_path: Path) -> None:
    card_maker.make("A. Karim", "rsa:2048")
    card_maker.order("no-pss")
    reader = reader_of(card_maker.library, tmp_path)
    await reader.open()
    card = await reader.card(GUARD_S)
    assert card is not None
    assert await proves(reader, card.keys[0].fingerprint) is SignatureScheme.RSA_PKCS1
    await reader.close()


async def test_a_certificate_that_expired_or_lies_changes_nothing(card_maker: CardMaker, tmp_path: Path) -> None:
    """Only a certificate shows the key: expired, and in the name of somebody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody else")])
    began = datetime(2001, 1, 1, tzinfo=UTC)
    draft = x509.CertificateBuilder(name, name, key.public_key(), 1, began, began + timedelta(days=1))
    certificate = draft.sign(key, SHA256()).public_bytes(Encoding.DER)
    stored = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    card_maker.make("A. Karim")
    for kind, content in (("privkey", stored), ("cert", certificate)):
        file = tmp_path / kind
        file.write_bytes(content)
        card_maker.fill("A. Karim", "--write-object", str(file), "--type", kind, "--id", "07")
    fingerprint = sha256(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    reader = reader_of(SOFTHSM, tmp_path)
    await reader.open()
    card = await reader.card(GUARD_S)
    assert card is not None and [shown.fingerprint for shown in card.keys] == [fingerprint]
    assert await proves(reader, fingerprint) is SignatureScheme.ECDSA
    await reader.close()


async def test_a_library_that_is_not_there_or_none_says_so(tmp_path: Path) -> None:
    text = tmp_path / "text.so"
    text.write_text("no library")
    for library, problem in (
        (tmp_path / "absent.so", CardProblem.MODULE_MISSING),
        (text, CardProblem.MODULE_UNUSABLE),
        (Path("/lib/x86_64-linux-gnu/libc.so.6"), CardProblem.MODULE_UNUSABLE),
    ):
        reader = reader_of(library, tmp_path)
        with pytest.raises(CardFault) as fault:
            await reader.open()
        expected = problem if library.exists() else CardProblem.MODULE_MISSING
        assert fault.value.problem is expected and fault.value.hint
        assert reader.state.health is DeviceHealth.ABSENT
        await reader.close()


@pytest.mark.parametrize(
    "url", ["pkcs11://", "pkcs11://?module=libname.so", "pkcs11://?library=/x.so", "serial:///dev/x"]
)
def test_a_url_that_names_no_library_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(DeviceFault) as fault:
        registry.staff_card_reader(url, DriverContext(tmp_path))
    assert fault.value.reason is FaultReason.SETUP
    with pytest.raises(DeviceFault):
        registry.reader("pkcs11://?module=/x.so", DriverContext(tmp_path))


async def test_a_library_that_hangs_while_it_looks_is_ended_and_started_again(
    card_maker: CardMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card_maker.make("A. Karim", "EC:prime256v1")
    reader = reader_of(card_maker.library, tmp_path)
    await reader.open()
    assert await reader.card(GUARD_S)
    assert reader._process is not None
    process = reader._process._process
    monkeypatch.setattr(pkcs11_reader, "LOOK_WITHIN_S", 0.5)
    card_maker.order("hang-look")
    await until(lambda: reader.state.health is DeviceHealth.FAULTED, "the fault")
    assert reader.state.reason is FaultReason.TIMEOUT and process.poll() is not None
    with pytest.raises(CardFault) as fault:
        await reader.card(GUARD_S)
    assert fault.value.problem is CardProblem.MODULE_HANGS
    monkeypatch.setattr(pkcs11_reader, "LOOK_WITHIN_S", GUARD_S)
    card_maker.order()
    await until(lambda: reader.state.health is DeviceHealth.READY, "the reader")
    assert await reader.card(GUARD_S)
    await reader.close()


def shows(reader: Pkcs11CardReader, state: CardPinState) -> bool:
    card = reader.presence()
    return isinstance(card, InsertedCard) and card.pin_state is state


async def test_flags_of_the_card_are_shown_and_keep_a_pin_from_a_locked_card(
    card_maker: CardMaker, tmp_path: Path
) -> None:
    card_maker.make("A. Karim", "EC:prime256v1")
    reader = reader_of(card_maker.library, tmp_path)
    await reader.open()
    for order, state in (
        ("last-try", CardPinState.LAST_TRY),
        ("locked", CardPinState.LOCKED),
        ("no-pin", CardPinState.NOT_SET),
    ):
        card_maker.order(order)
        await until(partial(shows, reader, state), order)
    await reader.close()


async def test_a_label_that_writes_on_the_screen_is_made_harmless(card_maker: CardMaker, tmp_path: Path) -> None:
    card_maker.make("A. Karim", "EC:prime256v1")
    card_maker.order("hostile")
    reader = reader_of(card_maker.library, tmp_path)
    await reader.open()
    card = await reader.card(GUARD_S)
    assert card is not None and card.label.isprintable() and "\u202e" not in card.label
    await reader.close()


def began_with(pid: int) -> str:
    """Arguments and environment of a process; nothing once it has ended."""
    with suppress(OSError):
        content = b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
        assert b"pkcs11_child" in content
        return content.decode("utf-8", "replace")
    return ""


def has_ended(pid: int) -> bool:
    return not is_running(pid)


async def test_the_pin_is_nowhere_but_on_the_socket_and_its_process_ends(
    card_maker: CardMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the library hangs with it, and after: arguments, environment, log, error, files of the kit."""
    card_maker.make("A. Karim", "EC:prime256v1")
    monkeypatch.setattr(error_log.destination, "home", tmp_path / "home")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / KEYS_FILE).touch()  # nothing is logged where there is no home
    reader = reader_of(card_maker.library, tmp_path)
    await reader.open()
    card = await reader.card(GUARD_S)
    assert card is not None and reader._process is not None
    pid = reader._process._process.pid
    assert core_limits(pid) == ("0", "0") and mask(pid) == 0o077
    for order, pin in (("hang-sign", PIN), ("", WRONG_PIN), ("crash-sign", PIN), ("pull", PIN)):
        card_maker.order(*([order] if order else []))
        await until(lambda: reader._process is not None, "the library")
        pid = reader._process._process.pid if reader._process else 0
        signing = asyncio.create_task(reader.sign(card.keys[0].fingerprint, b"challenge", pin, 1.0))
        await asyncio.sleep(0)  # the request is on its way
        said = began_with(pid)
        assert said or order != "hang-sign"
        with pytest.raises(CardFault) as fault:
            await signing
        said += f"{fault.value!r} {fault.value} {fault.value.__dict__} {fault.value.__cause__!r}"
        assert pin not in said
        await until(partial(has_ended, pid), "the end of the process that had the PIN")
    await reader.close()
    logs = [path.read_text("utf-8") for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert logs and PIN not in "".join(logs) and WRONG_PIN not in "".join(logs)
