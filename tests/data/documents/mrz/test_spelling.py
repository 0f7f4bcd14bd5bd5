"""Names to an MRZ's alphabet by Doc 9303-3 section 6, and back to the spellings they may have had."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.documents.mrz.spelling import MAX_NAME, mrz_words
from data.documents.tables.arabic import ARABIC
from data.documents.tables.cyrillic import ALPHABETS
from data.documents.tables.transliteration import LATIN, OTHERS
from tests.data.support.mrz_spellings import MOST_SPELLINGS, MOST_STEPS, Piece, cut_word, likely_spellings


@pytest.mark.parametrize(
    ("name", "issuer", "words"),
    [
        ("عبّاس", "", "EBBAS"),  # the part's own examples
        ("فضّة", "", "FXDZDZXAH"),
        ("ابو بكر محمد بن زكريا الرازي", "", "ABW BKR MXHMD BN ZKRYA ALRAZY"),
        ("فَاطِمَة", "", "FAXTTMXAH"),
        ("ﻓﺎﻃﻤﺔ", "", "FAXTTMXAH"),  # presentation forms
        ("ةا", "", "XTAA"),
        ("Щукина Наталья", "RUS", "SHCHUKINA NATALIA"),
        ("Юлія Гончарук Їжак", "UKR", "YULIIA HONCHARUK YIZHAK"),
        ("Юлія", "", "IULIIA"),
        ("Лукашэвіч Ёсіф Глеб", "BLR", "LUKASHEVICH IOSIF HLEB"),
        ("Ђорђевић Ћирић Жика", "SRB", "DORDEVIC CIRIC ZIKA"),
        ("Љупчо Ќосев Ѓорѓи", "MKD", "LJUPCHO KJOSEV GJORGJI"),
        ("Щерба", "BGR", "SHTERBA"),
        ("Παπαδόπουλος Ευάγγελος", "", "PAPADOPOULOS EVANGELOS"),
        ("Αύρα Άυλος Μαΐου Μπάμπης Ευθύμιος", "", "AVRA AYLOS MAIOU BAMPIS EFTHYMIOS"),
        ("Jürgen Ñandú Þór", "", "JUERGEN NANDU THOR"),
        ("\ud800a\u202eb\x00c", "", "ABC"),
    ],
)
def test_names_are_spelt_as_the_issuer_spells_them(name: str, issuer: str, words: str) -> None:
    assert " ".join(mrz_words(name, issuer)) == words


@given(st.text(max_size=60))
def test_any_text_becomes_words_of_a_to_z(text: str) -> None:
    assert all(word.isascii() and word.isalpha() and word.isupper() for word in mrz_words(text))


def test_a_name_without_end_takes_no_longer() -> None:
    assert len("".join(mrz_words("Ж" * 10_000_000))) == 2 * MAX_NAME


@pytest.mark.parametrize(
    ("word", "issuer", "spelling", "within"),
    [
        ("MUELLER", "D", "MÜLLER", 2),
        ("MULLER", "D", "MÜLLER", 2),
        ("MUELLER", "", "MÜLLER", 2),
        ("JOERGENSEN", "DNK", "JØRGENSEN", 2),
        ("NUNEZ", "ESP", "NUÑEZ", 4),
        ("NUNXXEZ", "ESP", "NUÑEZ", 3),
        ("WEISS", "D", "WEIẞ", 2),
        ("SHCHUKINA", "RUS", "ЩУКИНА", 2),
        ("ANDREI", "RUS", "АНДРЕЙ", 2),
        ("MARIIA", "RUS", "МАРИЯ", 2),
        ("OLGA", "KAZ", "ОЛЬГА", 3),
        ("EDUARD", "RUS", "ЭДУАРД", 8),
        ("YULIIA", "UKR", "ЮЛІЯ", 2),
        ("HLEB", "BLR", "ГЛЕБ", 2),
        ("PAPADOPOULOS", "GRC", "ΠΑΠΑΔΟΠΟΥΛΟΣ", 2),
        ("GIORGOS", "CYP", "ΓΙΩΡΓΟΣ", 5),
        ("MXHMD", "", "محمد", 2),
        ("FAXTTMXAH", "EGY", "فاطمة", 2),
    ],
)
def test_a_word_is_read_back(word: str, issuer: str, spelling: str, within: int) -> None:
    assert spelling in likely_spellings(word, issuer)[:within]


def test_the_printed_word_comes_first_and_states_without_such_letters_add_none() -> None:
    assert likely_spellings("MUELLER", "GBR") == ("MUELLER",)
    assert likely_spellings("XHAFERI", "ALB") == ("XHAFERI",)
    assert likely_spellings("muller", "D")[0] == "MULLER"


@pytest.mark.parametrize("word", ["", "MÜLLER", "A<B", "A1", "A" * 40, "\ud800", "A" * 10_000_000])
def test_what_is_no_word_of_an_mrz_stays_alone(word: str) -> None:
    assert likely_spellings(word, "RUS") == (word,)


@given(
    st.text(alphabet="AEIOUSZHCKTNRLDYXBGM", min_size=1, max_size=39),
    st.sampled_from(["", "RUS", "UKR", "SRB", "GRC", "D", "EGY"]),
)
def test_spellings_are_few_and_no_two_the_same(word: str, issuer: str) -> None:
    spellings = likely_spellings(word, issuer)
    assert spellings[0] == word and len(set(spellings)) == len(spellings) <= MOST_SPELLINGS


@given(st.sampled_from(["RUS", "UKR", "BLR", "BGR", "SRB", "MKD"]), st.data())
def test_what_is_read_back_in_cyrillic_is_printed_so(state: str, data: st.DataObject) -> None:
    name = data.draw(st.text(alphabet=ALPHABETS[state], min_size=1, max_size=9))
    for word in mrz_words(name, state):
        cyrillic = [spelling for spelling in likely_spellings(word, state) if not spelling.isascii()]
        assert cyrillic and all(mrz_words(spelling, state) == [word] for spelling in cyrillic)


@given(st.text(alphabet="".join(ARABIC), min_size=1, max_size=12))
def test_what_is_read_back_in_arabic_is_printed_so(name: str) -> None:
    (word,) = mrz_words(name)
    spellings = [spelling for spelling in likely_spellings(word, "EGY") if not spelling.isascii()]
    assert all(mrz_words(spelling) == [word] for spelling in spellings)


@given(st.text(alphabet="ABCELNOÄÖÜØÅÑẞ", min_size=1, max_size=12))
def test_what_is_read_back_in_latin_is_one_of_the_tables_spellings(name: str) -> None:
    (word,) = mrz_words(name)
    for spelling in likely_spellings(word):
        letters = [(LATIN.get(letter, letter), *OTHERS.get(letter, ())) for letter in spelling]
        assert _fits(word, letters)


def _fits(word: str, letters: list[tuple[str, ...]]) -> bool:
    if not letters:
        return not word
    return any(word.startswith(text) and _fits(word[len(text) :], letters[1:]) for text in letters[0])


def test_the_search_is_bounded_and_finds_nothing_where_nothing_fits() -> None:
    count = 0

    def two(word: str, at: int) -> list[Piece]:
        nonlocal count
        count += 1
        return [Piece(1, "a", 0), Piece(1, "b", 0)]

    assert sum(1 for _ in cut_word("X" * 39, two)) < MOST_STEPS and count == 39
    assert list(cut_word("XX", lambda word, at: [Piece(2, "y", 0)] if at else [Piece(1, "y", 0)])) == []
