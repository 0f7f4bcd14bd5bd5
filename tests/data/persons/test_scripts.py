"""Names in other scripts, invented or of nobody, as passports spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.matching.comparison import TokenSimilarity, token_similarity
from data.persons.names import tokenize


def spellings(word: str) -> list[str]:
    return [form.latin for token in tokenize(word) for form in token.forms]


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("Γεώργιος", "GEORGIOS"),
        ("Ευσταθίου", "EFSTATHIOU"),
        ("Ευαγγέλου", "EVANGELOU"),
        ("Μπάμπης", "BAMPIS"),
        ("Μπάμπης", "MPAMPIS"),
        ("नरेन्द्र", "NARENDRA"),
        ("शर्मा", "SHARMA"),
        ("ਸਿੰਘ", "SINGH"),
        ("হাসিনা", "HASINA"),
        ("박", "PARK"),
        ("정", "JUNG"),
        ("정", "CHONG"),
        ("გიორგი", "GIORGI"),
        ("წყალტუბელი", "TSQALTUBELI"),
        ("Նիկոլ", "NIKOL"),
        ("Երուանդ", "YERUAND"),
        ("Ոսկանյան", "VOSKANYAN"),
        ("Յակոբեան", "HAGOPEAN"),
        ("አሕመድ", "AHMED"),
        ("አበበ", "ABEBE"),
        ("ብርሃን", "BIRHAN"),
        ("ብርሃን", "BERHAN"),
        ("ተስፋዬ", "TESFAYE"),
        ("ጌታቸው", "GETACHEW"),
        ("ทักษิณ", "THAKSIN"),
        ("ประสิทธิ์", "PRASIT"),
        ("สมชาย", "SOMCHAI"),
        ("สุเทพ", "SUTHEP"),
        ("たなか", "TANAKA"),
        ("しゃしん", "SHASHIN"),
        ("いっちょう", "ITCHO"),
        ("なんば", "NAMBA"),
        ("おおの", "ONO"),
        ("おおの", "OHNO"),
        ("カトー", "KATO"),
        ("ファン", "FAN"),
        ("Милићевић", "MILICEVIC"),
        ("Ќосев", "KJOSEV"),
        ("Щерев", "SHTEREV"),
        ("Өлзий", "ULZII"),
        ("국", "KUK"),
        ("이", "RHEE"),
        ("률", "RYUL"),
        ("서", "SO"),
        ("陳", "CHAN"),
        ("陈", "CHEN"),
        ("曾", "ZENG"),
        ("国", "KUO"),
        ("志", "CHIH"),
    ],
)
def test_one_of_the_spellings_is_the_passports(written: str, latin: str) -> None:
    assert latin in spellings(written)


@pytest.mark.parametrize(
    ("written", "latin"),
    [("בנימין", "BENYAMIN"), ("משה", "MOSHE"), ("דוד", "DAVID"), ("אברהם", "AVRAHAM"), ("כהן", "COHEN")],
)
def test_hebrew_is_compared_by_its_consonants(written: str, latin: str) -> None:
    (token,), (other,) = tokenize(written), tokenize(latin)
    grade = token_similarity(token, other)
    assert grade is not None and grade <= TokenSimilarity.SCRIPT_SLIP
    assert all(form.vowelless for form in token.forms)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("山田はなこ", [["YAMADA"], ["HANAKO"]]),
        ("佐藤一郎", [["SATO"], ["ICHIRO"]]),
        ("中村 美咲", [["NAKAMURA"], ["MISAKI"]]),
    ],
)
def test_a_japanese_name_in_kanji_has_its_japanese_readings(written: str, parts: list[list[str]]) -> None:
    spellings = [[form.latin for form in token.forms] for token in tokenize(written)]
    assert [set(wanted) <= set(had) for wanted, had in zip(parts, spellings, strict=True)] == [True, True]


def test_a_name_that_may_be_chinese_is_read_as_chinese() -> None:
    assert [token.forms[0].latin for token in tokenize("高山明")] == ["GAO", "SHAN", "MING"]


@pytest.mark.parametrize("written", ["გიორგი", "李", "محمد", "ทักษิณ", "Юрий"])
def test_a_part_in_another_script_is_shown_in_both(written: str) -> None:
    (token,) = tokenize(written)
    assert token.readable_text == f"{token.text} {token.forms[0].latin}"
    assert token.text.casefold() == written.casefold()


def test_hangul_is_a_token_a_syllable_and_keeps_its_writing() -> None:
    assert [token.text for token in tokenize("박지우")] == ["박", "지", "우"]


BLOCKS = (
    *((0x370, 0x3FF), (0x400, 0x52F), (0x530, 0x58F), (0x590, 0x5FF), (0x900, 0xD7F), (0xE00, 0xE7F)),
    *((0x10A0, 0x10FF), (0x1200, 0x139F), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7A3)),
)
SCRIPTS = st.one_of(
    *(st.text(st.characters(min_codepoint=first, max_codepoint=last), max_size=12) for first, last in BLOCKS)
)


def test_every_other_script_is_spelled_too() -> None:
    """What no module here knows goes through anyascii: Burmese, Khmer, Lao, Sinhala, Thaana, Syriac."""
    assert all(spellings(word) for word in ("ဦးနု", "ភូមិ", "ລາວ", "සිංහල", "ދިވެހި", "ܣܘܪܝ"))


@given(SCRIPTS)
def test_whatever_is_written_comes_out_in_letters_a_to_z(text: str) -> None:
    for token in tokenize(text):
        assert token.forms
        for form in token.forms:
            assert form.latin and form.latin.isascii() and form.latin.isalnum() and form.latin == form.latin.upper()
