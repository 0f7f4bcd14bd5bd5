"""A query to the person lists about one traveller: the same for every list (`prepared` is the next step)."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from appliance.matching.comparison import comparable_number
from data.documents.code_tables import canonical_country
from data.persons.name_forms import NameForm
from data.persons.names import NameParts, Token, read_name
from data.persons.person import PartialDate, Sex
from data.screenings import Traveller


@dataclass(frozen=True, slots=True)
class QueryName:
    """The name of a query in its parts: what is the same for every list."""

    parts: tuple[Token, ...]
    border: int
    """The first part of the given names."""
    uncut: dict[int, Token]
    """The words that were cut, by the mask of their parts."""
    pairs: tuple[tuple[int, Token], ...]
    """Neighbours read as one, with their mask."""

    @classmethod
    def of(cls, surname: str, given: str) -> "QueryName":
        """Read a name."""
        surnames, given_names = read_name(surname), read_name(given)
        parts, border = (*surnames.tokens, *given_names.tokens), len(surnames.tokens)
        uncut = _uncut_words(surnames, 0) | _uncut_words(given_names, border)
        pairs = (
            (3 << number, _join_parts(first, second))
            for number, (first, second) in enumerate(pairwise(parts))
            if not (first.particle and second.particle) and 3 << number not in uncut
        )
        return cls(parts, border, uncut, tuple(pairs))

    @property
    def initials_mask(self) -> int:
        """The parts that are an initial, which may match anything with that first letter."""
        return sum(1 << number for number, part in enumerate(self.parts) if len(part.forms[0].latin) == 1)

    @property
    def is_alone(self) -> bool:
        """Whether it has at most one real part."""
        return sum(not part.particle and len(part.text) > 1 for part in self.parts) <= 1

    @property
    def repeats(self) -> int:
        """The part that repeats the single name of the other half, as visas print it (SUHARTO<<SUHARTO); 0: none."""
        return 2 if len(self.parts) == 2 and self.border == 1 and self.parts[0] == self.parts[1] else 0

    @property
    def halves(self) -> tuple[int, int]:
        """Masks of the real parts of the surname, and of the given names."""
        real = [1 << number for number, part in enumerate(self.parts) if not part.particle]
        border = 1 << self.border
        surname, given_names = (mask for mask in real if mask < border), (mask for mask in real if mask >= border)
        return (3, 0) if self.repeats else (sum(surname), sum(given_names))


@dataclass(frozen=True)
class PersonQuery:
    """A traveller in the form that is compared. One object serves for all lists, so its name is read once."""

    surname: str
    given: str = ""
    truncated: bool = False
    """The name field was full: the last part may go on, and parts may be missing."""
    birth: PartialDate | None = None
    sex: Sex = Sex.UNKNOWN
    nationality: str = ""
    """Canonical code of three letters, or empty."""
    numbers: tuple[str, ...] = ()
    """Numbers of the traveller's documents."""

    @cached_property
    def name(self) -> QueryName:
        """The name in its parts."""
        return QueryName.of(self.surname, self.given)

    @cached_property
    def comparable_numbers(self) -> tuple[str, ...]:
        """The numbers as they are looked up."""
        return tuple(map(comparable_number, self.numbers))

    @classmethod
    def of(cls, traveller: Traveller, numbers: tuple[str, ...] = ()) -> "PersonQuery":
        """The query for a traveller with these document numbers."""
        return cls(
            traveller.surname,
            traveller.given,
            traveller.truncated,
            traveller.birth,
            traveller.sex,
            canonical_country(traveller.nationality) or "",
            tuple(dict.fromkeys(numbers)),
        )


def _uncut_words(name: NameParts, begin: int) -> dict[int, Token]:
    """The words of one half, by the mask of their parts, where the parts of the half begin at `begin`."""
    return {((1 << word.count) - 1) << word.first + begin: word.token for word in name.uncut}


def _join_parts(first: Token, second: Token) -> Token:
    return Token(first.text + second.text, (NameForm.of(first.forms[0].latin + second.forms[0].latin),))
