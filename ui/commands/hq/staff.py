"""`waypost hq staff`, and the question, in the terminal, who of headquarters does something in their own name."""

from contextlib import closing
from pathlib import Path

import click

from data.errors import InputError
from data.text import _, plural
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.staff_sign_in import ProvenStaff, change_staff_secret, list_staff_proofs, prove_staff
from ui import identity
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import group
from ui.text.sanitize import safe
from ui.text.translation import say


def ask_staff(headquarters: HeadquartersHome, purpose: str, number: str = "") -> ProvenStaff:
    """Who this is, by service number and PIN; whoever has a first PIN chooses their own at once.

    Raises:
        InputError: there is no terminal, or this cannot be a service number.
        Denied: it is wrong, there are no tries left, or the person does not decide here now.
    """
    number = number or identity.ask_number()
    proof = prove_staff(headquarters, number, identity.ask_secret(_("PIN of {number}", number=number)), purpose)
    if proof.must_change_secret:
        say(_("This PIN was given to you. Choose your own now."), to_stderr=True)
        proof = ask_new_secret(headquarters, proof)
    return proof


def ask_new_secret(headquarters: HeadquartersHome, proof: ProvenStaff) -> ProvenStaff:
    """The same person with a PIN of their own; asks until one can be taken."""
    while True:
        new = identity.ask_secret(_("New PIN of at least 6 digits, or password"), new=True)
        try:
            return change_staff_secret(headquarters, proof, new)
        except InputError as error:  # another try costs nothing
            say(error.message, to_stderr=True)


@group(help=_("Change a PIN at headquarters, and see who proved who they are there."))
def staff() -> None:
    pass


@staff.command(
    "change-pin",
    help=_(
        "Choose another PIN or password at headquarters.\n\n"
        "Staff of headquarters are people of the post Headquarters. People of other posts change theirs on a kit."
    ),
    examples=["waypost hq staff change-pin H-1 --home /srv/waypost"],
)
@click.argument("number")
@headquarters_home_option
@passphrase_option
def change_pin_command(number: str, home: Path, passphrase_file: Path | None) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        pin = identity.ask_secret(_("PIN of {number}", number=safe(number)))
        proof = prove_staff(headquarters, number, pin, "change PIN", must_decide=False)
        proof = ask_new_secret(headquarters, proof)
    say(_("{name} has a new PIN.", name=safe(proof.person.name)))


@staff.command(
    "proofs",
    help=_("Show each time that staff of headquarters proved who they are, or did not. Times are UTC."),
    examples=["waypost hq staff proofs --home /srv/waypost"],
)
@headquarters_home_option
@passphrase_option
@json_option
def proofs_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        proofs = list_staff_proofs(headquarters)
    if as_json:
        emit(proofs)
        return
    for proof in proofs:
        say(
            _(
                "{time:%Y-%m-%d %H:%M} {number}: {outcome}, {purpose}",
                time=proof.at,
                number=safe(proof.number) or "-",
                outcome=proof.outcome,
                purpose=safe(proof.purpose),
            )
        )
    say(plural("{count} try.", "{count} tries.", len(proofs)), to_stderr=True)
