"""`waypost hq countersign|countersigned`: headquarters is the second person for a kit, by radio."""

from contextlib import closing
from pathlib import Path

import click

from data.people.countersign_code import RemoteAnswer
from data.text import _, plural
from sync.headquarters.countersign import countersign, list_countersignatures
from sync.headquarters.home import HeadquartersHome
from ui.commands.hq.staff import ask_staff
from ui.confirmation import must_be_confirmed, yes_option
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import command, option
from ui.text.sanitize import safe
from ui.text.translation import say

_GROUP = 3
_MOST_IN_A_PURPOSE = 120
_ANSWERS = {RemoteAnswer.AGREES: _("agrees"), RemoteAnswer.REFUSES: _("refuses")}


@command(
    "countersign",
    help=_(
        "Agree or refuse as the second person for a kit that asks by radio, and print seven digits to read back.\n\n"
        "KIT, CASE and CODE are what the kit shows; CASE as it is shown or in quotes. First make sure who is calling. "
        "You are asked for your service number and PIN at headquarters; the answer is recorded with them."
    ),
    examples=[
        "waypost hq countersign north-1 SETTLE 3F8A-22C1 3F7GRX --home /srv/waypost",
        "waypost hq countersign north-1 SETTLE 3F8A-22C1 3F7GRX \\\n  --home /srv/waypost --refuse",
    ],
)
@click.argument("kit")
@click.argument("words", metavar="CASE CODE", nargs=-1, required=True)
@headquarters_home_option
@passphrase_option
@option("--refuse", is_flag=True, help=_("Refuse instead of agreeing."))
@yes_option
@json_option
def countersign_command(
    kit: str,
    words: tuple[str, ...],
    home: Path,
    passphrase_file: Path | None,
    refuse: bool,
    yes: bool,
    as_json: bool,
) -> None:
    *in_case, code = words
    case = " ".join(in_case)
    if not case:
        raise click.UsageError(_("Give the kit, the case and the code."))
    answer = RemoteAnswer.REFUSES if refuse else RemoteAnswer.AGREES
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        if answer is RemoteAnswer.AGREES:
            must_be_confirmed(
                _("Agree to {case} of {kit}?", case=safe(case), kit=safe(kit)),
                yes=yes,
                effects=[_("The kit then does it with headquarters as the second person.")],
            )
        by = ask_staff(headquarters, f"countersign {kit} {case}"[:_MOST_IN_A_PURPOSE])
        digits = countersign(headquarters, kit, case, code, answer, by)
    if as_json:
        emit({"kit": kit, "case": case, "answer": answer.value, "digits": digits})
        return
    say(_("Read back: {digits}", digits=f"{digits[:_GROUP]} {digits[_GROUP:]}"))


@command(
    "countersigned",
    help=_("Show for what headquarters was the second person, the oldest first. Times are UTC."),
    examples=["waypost hq countersigned --home /srv/waypost"],
)
@headquarters_home_option
@passphrase_option
@json_option
def countersigned_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        answers = list_countersignatures(headquarters)
    if as_json:
        emit(answers)
        return
    for answer in answers:
        say(
            _(
                "{time:%Y-%m-%d %H:%M} {kit}, {case}, code {nonce}: {who} {answer}",
                time=answer.at,
                kit=safe(answer.kit),
                case=safe(answer.case),
                nonce=safe(answer.nonce),
                who=safe(answer.who),
                answer=_ANSWERS[answer.answer],
            )
        )
    say(plural("{count} answer.", "{count} answers.", len(answers)), to_stderr=True)
