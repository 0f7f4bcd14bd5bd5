"""`waypost hq posts`: where kits stand and people work."""

from contextlib import closing
from pathlib import Path

import click

from data.text import Message, _, join, plural
from sync.headquarters.home import HeadquartersHome
from sync.headquarters.posts import PostSummary, add_post, list_posts, set_duress
from sync.headquarters.store.staff_table import Post
from ui.options import emit, headquarters_home_option, json_option, passphrase_option, read_passphrase
from ui.text.help import group, option
from ui.text.sanitize import safe
from ui.text.translation import say


@group(help=_("See, add and change the posts where kits stand and people work."))
def posts() -> None:
    pass


@posts.command(
    "add",
    help=_("Add a post. Kits are put there with `waypost hq kits set KIT --post NAME`."),
    examples=['waypost hq posts add "North Gate" --home /srv/waypost'],
)
@click.argument("name")
@headquarters_home_option
@passphrase_option
@option("--duress", is_flag=True, help=_("Its people may have a PIN under duress."))
def add_command(name: str, home: Path, passphrase_file: Path | None, duress: bool) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        name = add_post(headquarters, Post(name, duress))
    say(_("{post} is a post.", post=safe(name)))


@posts.command(
    "set",
    help=_("Let the people of a post have a PIN under duress, or no longer."),
    examples=['waypost hq posts set "North Gate" --home /srv/waypost --duress'],
)
@click.argument("name")
@headquarters_home_option
@passphrase_option
@option("--duress/--no-duress", default=None, help=_("Whether its people may have a PIN under duress."))
def set_command(name: str, home: Path, passphrase_file: Path | None, duress: bool | None) -> None:
    if duress is None:
        raise click.UsageError(_("Give --duress or --no-duress."))
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        set_duress(headquarters, Post(name, duress))
    say(
        _("{post}: PINs under duress.", post=safe(name))
        if duress
        else _("{post}: no PINs under duress.", post=safe(name))
    )
    say(_("Kits hear of it after the next `waypost hq publish`."), to_stderr=True)


@posts.command("list", help=_("Show the posts."), examples=["waypost hq posts list --home /srv/waypost"])
@headquarters_home_option
@passphrase_option
@json_option
def list_command(home: Path, passphrase_file: Path | None, as_json: bool) -> None:
    with closing(HeadquartersHome.open(home, read_passphrase(passphrase_file))) as headquarters:
        known = list_posts(headquarters)
    if as_json:
        emit(known)
        return
    for post in known:
        say(_post_line(post))
    say(plural("{count} post.", "{count} posts.", len(known)), to_stderr=True)


def _post_line(post: PostSummary) -> Message:
    clauses = [
        safe(post.name),
        plural("{count} person", "{count} people", post.people),
        _("kits: {kits}", kits=", ".join(map(safe, post.kits))) if post.kits else _("no kit"),
    ]
    if post.has_duress:
        clauses.append(_("PINs under duress"))
    return join(clauses, ", ")
