"""What `hq import` could not read, or only seemed to be there, never lets anybody through at the post."""

import shutil
from pathlib import Path

import pytest

from tests.journeys.support.travellers import HONEST, SANCTIONED, STOLEN, WANTED
from tests.support import pki
from tests.support.command_line import Waypost
from tests.support.deployment import LISTS
from tests.sync.support.trust_files import to_ldif


class Border:
    """A headquarters with a kit of its own, and copies of the source files that a test may spoil."""

    def __init__(self, waypost: Waypost, hq: Path, folder: Path) -> None:
        self.waypost, self.hq, self.sources = waypost, hq, Path(shutil.copytree(LISTS, folder / "sources"))
        self.kit = folder / "post"
        secret = folder / "secret"
        waypost("hq", "enrol", "--home", hq, "--kit", "post", "--source", hq / "public", "--out", secret)
        assert waypost("kit", "init", "--home", self.kit, "--enrol", secret).code == 0
        assert waypost("courier", "run", "--home", self.kit).code == 0

    def take(self, name: str, form: str, path: str, *options: object) -> tuple[int, str]:
        """`hq import`: exit code, and all that it printed."""
        done = self.waypost(
            "hq", "import", "--home", self.hq, "--list", name, "--format", form, *options, self.sources / path
        )
        assert "Traceback" not in done.err
        return done.code, done.out + done.err

    def verdict(self, mrz: str) -> int:
        """The exit code of `check` at the post after the next publication and sync."""
        self.waypost("hq", "publish", "--home", self.hq)
        self.waypost("courier", "run", "--home", self.kit)
        return self.waypost("check", "--home", self.kit, "--mrz", mrz).code


@pytest.fixture
def border(waypost: Waypost, hq: Path, tmp_path: Path) -> Border:
    return Border(waypost, hq, tmp_path)


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_a_stolen_passport_whose_line_is_broken_today_still_refers(border: Border) -> None:
    assert border.verdict(STOLEN) == 20
    replace_in(border.sources / "sltd.csv", "24FV38617,FRA,PAS,stolen", "24FV38617,FRA,PAS,stoolen")
    code, text = border.take("sltd", "sltd-csv", "sltd.csv")
    assert code == 3 and "removed 0" in text and "refused 1, kept 1" in text
    assert "kept FRA-PAS-24FV38617: what these files do not say of it stays in force" in text
    assert (border.verdict(STOLEN), border.verdict(HONEST)) == (20, 0)


def test_a_sanctioned_person_with_quotation_marks_inside_the_remarks_is_read(border: Border) -> None:
    before = border.verdict(SANCTIONED)
    assert before in (10, 20)
    sdn = border.sources / "ofac" / "sdn.csv"
    replace_in(sdn, '"DOB 09 Nov 1974', '"a.k.a. "foxlet1974"; DOB 09 Nov 1974')
    code, text = border.take("ofac", "ofac-csv", "ofac")
    assert code == 0 and "changed 1, removed 0" in text and "refused 0, kept 0" in text
    assert border.verdict(SANCTIONED) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [('"individual"', '"individual'), ('"individual",', ""), (",", ";"), ("-0- ,", '-0- "')],
)
def test_a_sanctioned_person_whose_line_is_broken_today_is_still_found(border: Border, old: str, new: str) -> None:
    before = border.verdict(SANCTIONED)
    sdn = border.sources / "ofac" / "sdn.csv"
    lines = sdn.read_bytes().split(b"\r\n")
    place = next(place for place, line in enumerate(lines) if b"BARANOVETS" in line)
    lines[place] = lines[place].decode().replace(old, new, 1).encode()
    sdn.write_bytes(b"\r\n".join(lines))
    code, text = border.take("ofac", "ofac-csv", "ofac")
    assert code == 3 and "removed 0" in text and "kept" in text
    assert border.verdict(SANCTIONED) == before


def test_a_wanted_person_whose_notice_is_broken_today_still_refers(border: Border) -> None:
    notice = next(path for path in (border.sources / "notices").rglob("*.json") if "90117" in path.name)
    notice.write_bytes(notice.read_bytes()[:-40])
    code, text = border.take("notices", "notices-json", "notices")
    assert code == 3 and "removed 0" in text
    assert border.verdict(WANTED) == 20


@pytest.mark.parametrize(
    ("name", "form", "path", "mrz"),
    [
        ("sltd", "sltd-csv", "sltd.csv", STOLEN),
        ("un", "un-xml", "un.xml", HONEST),
        ("ofac", "ofac-csv", "ofac/sdn.csv", SANCTIONED),
    ],
)
def test_a_download_that_was_cut_off_changes_nothing_at_the_post(
    border: Border, name: str, form: str, path: str, mrz: str
) -> None:
    before = border.verdict(mrz)
    file = border.sources / path
    file.write_bytes(file.read_bytes()[: file.stat().st_size * 6 // 10])
    code, text = border.take(name, form, path.partition("/")[0])
    assert code == 4 and "incomplete" in text and "--accept-incomplete" in text
    assert border.verdict(mrz) == before


def test_what_is_incomplete_is_accepted_with_a_reason_and_that_is_journalled(border: Border) -> None:
    notices = border.sources / "notices"
    for notice in sorted(notices.rglob("*.json"))[::2]:
        if "90117" not in notice.name:
            notice.unlink()
    form = ("notices", "notices-json", "notices")
    code, text = border.take(*form)
    assert code == 4 and "a fall of 10% is allowed" in text
    code, text = border.take(*form, "--accept-incomplete", "   ")
    assert code == 1 and "needs a reason" in text
    code, text = border.take(*form, "--accept-incomplete", border.sources / "notices")
    assert code == 1 and "needs a reason" in text
    code, text = border.take(
        *form, "--accept-incomplete", "half of them were withdrawn by telex 12, " + 60 * "and so on "
    )
    assert code == 0 and "accepted: " in text
    journal = border.waypost("hq", "imports", "--home", border.hq, "--list", "notices")
    assert journal.code == 0 and "half of them were withdrawn by telex 12" in journal.out
    entry = border.waypost("hq", "imports", "--home", border.hq, "--list", "notices", "--json").json[-1]
    assert (
        entry["reason"].startswith("half of them were withdrawn by telex 12")
        and entry["removed"] > 1
        and entry["signs"]
    )
    published = border.waypost("hq", "publish", "--home", border.hq)
    assert published.code == 1 and "`max_fall`" in published.err
    assert border.verdict(WANTED) == 20


def test_a_program_learns_why_files_seem_incomplete(border: Border) -> None:
    (border.sources / "un.xml").write_bytes((border.sources / "un.xml").read_bytes()[:-20])
    done = border.waypost(
        "hq", "import", "--home", border.hq, "--list", "un", "--format", "un-xml", "--json", border.sources / "un.xml"
    )
    assert done.code == 4
    assert (done.json["list"], done.json["incomplete"]) == ("un", ["un.xml lacks its end, </CONSOLIDATED_LIST>"])
    assert done.json["notes"][0].startswith("refused un.xml INDIVIDUAL: it is not well-formed XML, line ")


def test_imports_of_a_list_that_is_not_there_are_not_none(border: Border) -> None:
    done = border.waypost("hq", "imports", "--home", border.hq, "--list", "nothing")
    assert done.code == 1 and "no list called nothing" in done.err


def test_the_share_is_set_in_the_signed_policy(border: Border) -> None:
    set_policy = ("hq", "policy", "set", "--home", border.hq, "--yes", "--list", "sltd", "--max-fall")
    assert border.waypost(*set_policy, "no share").code == 2
    assert border.waypost(*set_policy, "1%").code == 0
    assert "loses at most 1% at once" in border.waypost("hq", "policy", "show", "--home", border.hq).out
    path = border.sources / "sltd.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-5]))
    code, text = border.take("sltd", "sltd-csv", "sltd.csv")
    assert code == 4 and "a fall of 1% is allowed" in text
    assert border.waypost(*set_policy, "0.1").code == 0
    assert border.take("sltd", "sltd-csv", "sltd.csv")[0] == 0


def test_a_master_list_without_its_root_is_taken_with_a_reason_alone(border: Border) -> None:
    root = pki.country_signer()
    (border.sources / "list.ml").write_bytes(pki.master_list(root, [root.der], brought=[]))
    (border.sources / "root.cer").write_bytes(root.der)
    form = ("csca", "master-list", "list.ml")
    code, text = border.take(*form)
    assert code == 1 and "only the list itself vouches" in text and root.certificate.fingerprint in text
    assert "--accept-unvouched" in text and "--accept-incomplete" not in text
    code, text = border.take(*form, "--accept-unvouched", " ")
    assert code == 1 and "--accept-unvouched needs a reason" in text
    code, text = border.take(*form, "--accept-unvouched", "compared by telephone")
    assert code == 0 and "accepted: list.ml" in text and root.certificate.fingerprint in text
    journal = border.waypost("hq", "imports", "--home", border.hq, "--list", "csca", "--json").json[-1]
    assert journal["reason"] == "compared by telephone" and len(journal["signs"]) == 1
    code, text = border.take(*form, border.sources / "root.cer")
    assert code == 0 and "changed 1" in text and "accepted" not in text


def test_files_of_which_nothing_can_be_used_say_what_was_refused_and_why(border: Border) -> None:
    (border.sources / "bad.cer").write_bytes(b"\x30\x03\x02\x01\x05")
    code, text = border.take("csca", "pem", "bad.cer")
    assert code == 4 and "refused bad.cer: A certificate is malformed" in text
    assert "--accept-incomplete" not in text


def test_an_ldif_file_of_signers_alone_says_what_it_is(border: Border) -> None:
    signers = to_ldif(("userCertificate;binary", pki.document_signer(pki.country_signer()).der))
    (border.sources / "signers.ldif").write_bytes(signers)
    code, text = border.take("csca", "ldif", "signers.ldif")
    assert code == 1 and "document signers and nothing else" in text and "accept" not in text


def test_each_sign_is_on_a_line_of_its_own(border: Border) -> None:
    sdn = border.sources / "ofac" / "sdn.csv"
    (border.sources / "ofac" / "alt.csv").unlink()
    sdn.write_bytes(b"".join(sdn.read_bytes().splitlines(keepends=True)[:2]))
    code, text = border.take("ofac", "ofac-csv", "ofac")
    lines = [line for line in text.splitlines() if line.startswith("incomplete: ")]
    assert code == 4 and len(lines) >= 3 and len(set(lines)) == len(lines)
    assert sum("alt.csv" in line for line in lines) == 1
    assert "waypost: The files seem to be incomplete. Nothing was imported" in text
