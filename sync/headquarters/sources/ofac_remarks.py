"""The remarks of an OFAC individual: one field with birth, nationality, documents and weak names.

Parts are divided by "; ", and the last ends with a full stop. What is not understood stays, as a reason, in the
source's words.
"""

import re
from collections import Counter
from dataclasses import dataclass

from data.documents.code_tables import country_by_name
from data.persons.person import HeldDocument, ListedName, NameQuality, PartialDate, Sex
from data.text import Message, _
from data.untrusted_text import clean
from sync.headquarters.sources import dates_in_words, identity_papers, names_in_text

_PAPERS = (
    "Passport", "Passport Booklet", "Diplomatic Passport", "British National Overseas Passport",
    "Stateless Person Passport", "Travel Document Number", "VisaNumberID", "Refugee ID Card", "Seaman's Book",
    "Seafarer's Identification Document", "National ID No.", "National Foreign ID Number",
    "Identification Number", "Personal ID Card", "Cedula No.", "Cedula de Ciudadania", "Cedula de Residencia",
    "Numero de Identidad", "D.N.I.", "I.F.E.", "LE Number", "SSN", "C.U.I.", "C.U.I.P.", "C.U.R.P.",
    "Citizen's Card Number", "Tazkira National ID Card", "Turkish Identification Number",
    "Turkish Identificiation Number", "Kenyan ID No.", "Moroccan Personal ID No.", "Bosnian Personal ID No.",
    "Residency Number", "Driver's License No.", "Electoral Registry No.", "Credencial electoral",
    "Immigration No.", "Cartilla de Servicio Militar Nacional", "Birth Certificate Number",
    "Personal Identification Number", "Stateless Person ID Card",
)  # fmt: skip
_KIND = "|".join(re.escape(kind) for kind in sorted(_PAPERS, key=len, reverse=True))
_PAPER = re.compile(
    rf"(?P<kind>{_KIND})[ :#]+(?:No\.?:? )?(?P<number>.*?)(?:, Diplomatic)?(?: \((?P<country>[^()]{{3,}})\))?"
    r"(?: issued .*| expires .*)?"
)
_BIRTH = re.compile(r"DOB:? (?P<date>.+)", re.IGNORECASE)
_BIRTH_PLACE = re.compile(r"POB:? (?P<place>.+)")
_NATIONALITY = re.compile(r"(?:nationality|citizen):? (?:possibly )?(?P<country>[^;]+)(?:;.*)?")
_WEAK_NAME = re.compile(r"""[afn]\.k\.a\. (?P<mark>['"])(?P<name>.*)(?P=mark)""")
_LINKED = re.compile(r"Linked To: (?P<name>.+)")
_FATHER = re.compile(r"father'?s name:? (?:is )?(?P<name>.+)", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"\S.*\b(?:DOB|POB|nationality|citizen|Gender)\b")
"""The beginning of another part within one, where what divides them is lost."""
_SEXES = {"Gender Male": Sex.MALE, "Gender Female": Sex.FEMALE}


@dataclass(frozen=True, slots=True)
class Remarks:
    """What one remarks field says."""

    births: tuple[PartialDate, ...]
    birth_places: tuple[str, ...]
    nationalities: tuple[str, ...]
    documents: tuple[HeldDocument, ...]
    names: tuple[ListedName, ...]
    sex: Sex
    father: str
    linked: tuple[str, ...]
    """Names after "Linked To", as printed."""
    others: tuple[str, ...]
    """Parts that say something else."""
    unread: Counter[Message]
    """How often a part was recognised but could not be understood."""


def parse_remarks(text: str) -> Remarks:
    """The remarks in `text`; nothing is an error."""
    draft = _RemarksInProgress()
    text = clean(text, 20_000)
    if not text.endswith("."):
        draft.unread[_("remarks without their end")] += 1
    for part in text.split("; "):
        part = part.strip().removesuffix(".").removeprefix("alt. ").strip()
        if _RUN_TOGETHER.search(part):
            draft.unread[_("parts of remarks that run together")] += 1
        if part and not _is_about_person(part, draft):
            draft.others[part] = None
    return Remarks(
        births=tuple(draft.births),
        birth_places=tuple(draft.places),
        nationalities=tuple(draft.nationalities),
        documents=tuple(draft.documents),
        names=tuple(draft.names),
        sex=draft.sex,
        father=draft.father,
        linked=tuple(draft.linked),
        others=tuple(draft.others),
        unread=+draft.unread,
    )


class _RemarksInProgress:
    """Collects the parts of one field; a dict keeps the order and drops repetitions."""

    def __init__(self) -> None:
        self.births: dict[PartialDate, None] = {}
        self.places: dict[str, None] = {}
        self.nationalities: dict[str, None] = {}
        self.documents: dict[HeldDocument, None] = {}
        self.names: list[ListedName] = []
        self.sex = Sex.UNKNOWN
        self.father = ""
        self.linked: dict[str, None] = {}
        self.others: dict[str, None] = {}
        self.unread: Counter[Message] = Counter()


def _is_about_person(part: str, draft: _RemarksInProgress) -> bool:
    """Take `part` into `found` if it says who the person is; False if it says something else."""
    if part in _SEXES:
        draft.sex = _SEXES[part]
    elif match := _WEAK_NAME.fullmatch(part):
        mark = match["mark"]
        for name in match["name"].split(f"{mark}, {mark}"):
            name = names_in_text.clean_name(name.strip(mark))
            draft.unread[names_in_text.UNREADABLE] += not names_in_text.is_readable(name)
            draft.names.append(names_in_text.parse_comma_name(name, NameQuality.LOW))
    elif match := _BIRTH_PLACE.fullmatch(part):
        draft.places[clean(match["place"], 200)] = None
    elif match := _LINKED.fullmatch(part):
        draft.linked[match["name"]] = None
    elif match := _FATHER.fullmatch(part):
        draft.father = names_in_text.clean_name(match["name"])
    else:
        return _has_birth(part, draft) or _has_nationality(part, draft) or _has_paper(part, draft)
    return True


def _has_birth(part: str, draft: _RemarksInProgress) -> bool:
    match = _BIRTH.search(part)
    if not match:
        return False
    birth = dates_in_words.parse_date_in_words(match["date"][:80])
    if birth is None:
        draft.unread[_("birth dates not understood")] += 1
        return False
    draft.births[birth] = None
    return True


def _has_nationality(part: str, draft: _RemarksInProgress) -> bool:
    match = _NATIONALITY.fullmatch(part)
    if not match:
        return False
    code = country_by_name(match["country"].strip())
    if code is None:
        draft.unread[_("unknown nationalities")] += 1
        return False
    draft.nationalities[code] = None
    return True


def _has_paper(part: str, draft: _RemarksInProgress) -> bool:
    match = _PAPER.fullmatch(part)
    document = identity_papers.parse_document(match["number"], match["kind"], match["country"]) if match else None
    if document is None:
        return False
    read = dict.fromkeys(identity_papers.keep_read([document], draft.unread))
    draft.documents |= read
    return bool(read)
