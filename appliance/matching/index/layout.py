"""Makes the arrays of a `PersonIndex` and its `Vocabulary` from the notices of a list.

This happens once for each version of a list. The numbers that units get while names are collected are provisional: they
change once, when the arrays are made.
"""

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.matching.index.arrays import GroupedArray, Spellings, TextArray, sort_distinct
from appliance.matching.index.people import PeopleLayout
from appliance.matching.index.rarity import ListCounts, PartCounts, Rarity, bits_of_names
from appliance.matching.index.vocabulary import PARTICLE, SPELLED, UNCUT, VOWELLESS, WITHOUT_VOWELS, Vocabulary
from data.persons.name_forms import NameForm, romanisation_key, skeleton, spelling_key
from data.persons.names import Token, UncutWord, join_words, split_words, tokenize_word
from data.persons.notice import Notice
from data.persons.person import ListedName, NameQuality

Arrays = dict[str, NDArray[Any]]


def make_sort_key(spelled: str, text: str, parts: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """What units are in the order of: first spelling, text, and of an uncut word the texts of its parts."""
    return spelled.split(" ", 1)[0].lstrip(WITHOUT_VOWELS), text, parts


class VocabularyLayout:
    """Collects name parts; their numbers are provisional."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._uncut: dict[tuple[str, tuple[int, ...]], int] = {}
        self._texts: list[str] = []
        self._spelled: list[str] = []
        self._flags = array("B")

    def __len__(self) -> int:
        return len(self._spelled)

    def add(self, token: Token) -> int:
        """The number of a token, new or known."""
        number = self._numbers.get(token.text)
        if number is None:
            number = self._numbers[token.text] = self._append(token)
        return number

    def add_uncut(self, token: Token, parts: tuple[int, ...]) -> int:
        """The number of the word that these parts were cut from; each word with other parts has its own."""
        key = token.text, parts
        number = self._uncut.get(key)
        if number is None:
            number = self._uncut[key] = self._append(token, UNCUT)
        return number

    def _append(self, token: Token, flag: int = 0) -> int:
        spelled = " ".join((WITHOUT_VOWELS if form.vowelless else "") + form.latin for form in token.forms)
        bare = any(form.vowelless for form in token.forms)
        self._texts.append(token.text)
        self._spelled.append(spelled)
        self._flags.append(PARTICLE * token.particle | SPELLED * (spelled != token.text) | VOWELLESS * bare | flag)
        return len(self._spelled) - 1

    def lay_out(self) -> tuple[Arrays, NDArray[np.int32]]:
        """The arrays of a `Vocabulary`, and the final number for each provisional one."""
        parts_of = {word: tuple(self._texts[part] for part in parts) for (_, parts), word in self._uncut.items()}
        keys = [
            make_sort_key(spelled, self._texts[number], parts_of.get(number, ()))
            for number, spelled in enumerate(self._spelled)
        ]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        final = np.empty(len(order), np.int32)
        final[order] = np.arange(len(order), dtype=np.int32)
        flags = np.frombuffer(self._flags, np.uint8)[order] if order else np.empty(0, np.uint8)
        arrays: Arrays = {"flags": flags, **text_arrays("text", TextArray.of(self._texts[place] for place in order))}
        spelled = [self._spelled[place] for place in order]
        arrays |= self._own_spellings(spelled, flags) | _other_beginnings(spelled, flags) | self._uncut_arrays(final)
        return arrays | _sound_arrays(spelled), final

    def _uncut_arrays(self, final: NDArray[np.int32]) -> Arrays:
        """The parts of each uncut word, in the order of the words' numbers."""
        words = sorted((int(final[word]), parts) for (_, parts), word in self._uncut.items())
        parts = [final[list(parts)] for _, parts in words]
        return {
            "uncut.units": np.array([word for word, _ in words], np.int32),
            "uncut.ends": to_ends(np.array([len(part) for part in parts], np.int64)),
            "uncut.parts": np.concatenate((np.empty(0, np.int32), *parts)),
        }

    def _own_spellings(self, spelled: list[str], flags: NDArray[np.uint8]) -> Arrays:
        units = np.nonzero(flags & SPELLED)[0].astype(np.int32)
        return {"spelled.units": units, **text_arrays("spelled", TextArray.of(spelled[unit] for unit in units))}


def _other_beginnings(spelled: list[str], flags: NDArray[np.uint8]) -> Arrays:
    """Further spellings of units, in order, with their units."""
    others = sorted(
        (latin.lstrip(WITHOUT_VOWELS), unit)
        for unit in np.nonzero(flags & SPELLED)[0].tolist()
        for latin in spelled[unit].split()[1:]
    )
    units = np.array([unit for _, unit in others], np.int32)
    return {"other.units": units, **text_arrays("other", TextArray.of(latin for latin, _ in others))}


def _sound_arrays(spelled: list[str]) -> Arrays:
    """Sounds with their units and skeletons; skeletons of parts without vowels with theirs."""
    sounds_of_units: list[tuple[str, int]] = []
    unfolded: list[tuple[str, int]] = []
    romanised: list[tuple[str, int]] = []
    bare: list[tuple[str, int]] = []
    for unit, forms in enumerate(spelled):
        for latin in forms.split():
            form = NameForm.of(latin.lstrip(WITHOUT_VOWELS))
            sounds_of_units.append((form.sound, unit))
            if spelling_key(form.latin) != form.sound:
                unfolded.append((spelling_key(form.latin), unit))
            if key := romanisation_key(form.latin):
                romanised.append((key, unit))
            if latin[0] == WITHOUT_VOWELS and len(form.skeleton) > 1:
                bare.append((form.skeleton, unit))
    arrays, sounds = _grouped_arrays("sound", sounds_of_units)
    more: Arrays = {}
    for name, pairs in (("bare", bare), ("unfolded", unfolded), ("romanised", romanised)):
        more |= _grouped_arrays(name, pairs)[0]
    skeleton_texts = [skeleton(sounds[sound]) for sound in range(len(sounds))]
    skeletons = Spellings.of(skeleton_texts)
    of_sound = np.array([skeletons.find(skeleton_text) for skeleton_text in skeleton_texts], np.int32)
    by_skeleton = GroupedArray.of(of_sound, np.arange(len(of_sound)), len(skeletons))
    return {
        **arrays,
        **more,
        **spelling_arrays("skeleton", skeletons),
        "sound.skeleton": of_sound,
        "skeleton.ends": by_skeleton.ends,
        "skeleton.sounds": by_skeleton.values,
    }


def _grouped_arrays(name: str, pairs: list[tuple[str, int]]) -> tuple[Arrays, Spellings]:
    spellings = Spellings.of(text for text, _ in pairs)
    number = {text: spellings.find(text) for text in {text for text, _ in pairs}}
    distinct = sorted({(unit, number[text]) for text, unit in pairs})
    groups = np.array([group for _, group in distinct], np.int64)
    grouped = GroupedArray.of(groups, np.array([unit for unit, _ in distinct], np.int64), len(spellings))
    return {
        **spelling_arrays(name, spellings),
        f"{name}.ends": grouped.ends,
        f"{name}.units": grouped.values,
    }, spellings


def text_arrays(name: str, texts: TextArray) -> Arrays:
    """The arrays of `texts`, under this name."""
    return {f"{name}.letters": texts.letters, f"{name}.ends": texts.ends}


def spelling_arrays(name: str, spellings: Spellings) -> Arrays:
    """The arrays of `spellings`, under this name."""
    return {f"{name}.letters": spellings.letters, f"{name}.first": spellings.first, f"{name}.masks": spellings.masks}


_QUALITY = {quality: number for number, quality in enumerate(NameQuality)}


def lay_out_index(notices: Iterable[Notice]) -> tuple[Arrays, list[str], NDArray[np.int64]]:
    """Arrays, the countries that they refer to, and the order of the persons."""
    names, people, records = _NamesLayout(), PeopleLayout(), list[str]()
    for notice in notices:
        records.append(notice.record)
        people.add(notice)
        names.add(notice.person.names)
    order, dates = people.by_date()
    arrays = names.lay_out(order)
    columns, countries = people.lay_out(order)
    ordered = [records[person] for person in order.tolist()]
    by_record = np.array(sorted(range(len(ordered)), key=ordered.__getitem__), np.int32)
    arrays |= columns | text_arrays("record", TextArray.of(ordered)) | {"record.order": by_record}
    arrays |= date_arrays(dates, arrays["first_name"])
    return arrays | carrier_arrays(arrays, len(records)), countries, order


class _NamesLayout:
    """Rows of units, one name after another."""

    def __init__(self) -> None:
        self._vocabulary = VocabularyLayout()
        self._known: dict[str, tuple[Token, ...]] = {}
        self._units = array("i")
        self._lengths = array("B")
        self._qualities = array("B")
        self._counts = array("i")

    def add(self, names: tuple[ListedName, ...]) -> None:
        """Add the names of the next person."""
        for name in names:
            units = self._units_of(name.full or f"{name.given} {name.surname}")
            self._units.extend(units)
            self._lengths.append(len(units))
            self._qualities.append(_QUALITY[name.quality])
        self._counts.append(len(names))

    def _units_of(self, name: str) -> list[int]:
        """The units of the parts in order, each uncut word after its last part."""
        parts = join_words([(word, self._tokens_of(word)) for word in split_words(name)])
        units = list(map(self._vocabulary.add, parts.tokens))
        return [*self._with_uncut(units, parts.uncut)] if parts.uncut else units

    def _with_uncut(self, units: list[int], uncut: tuple[UncutWord, ...]) -> Iterator[int]:
        words = {word.first + word.count - 1: word for word in uncut}
        for place, unit in enumerate(units):
            yield unit
            if word := words.get(place):
                yield self._vocabulary.add_uncut(word.token, tuple(units[word.first : place + 1]))

    def _tokens_of(self, word: str) -> tuple[Token, ...]:
        tokens = self._known.get(word)
        if tokens is None:
            tokens = self._known[word] = tokenize_word(word)
        return tokens

    def lay_out(self, order: NDArray[np.int64]) -> Arrays:
        """The arrays with the persons in this order."""
        self._known.clear()
        vocabulary, final = self._vocabulary.lay_out()
        counts = np.frombuffer(self._counts, np.int32) if len(order) else np.empty(0, np.int32)
        names = _expand_ranges(_begins(counts)[order], counts[order])
        lengths = np.frombuffer(self._lengths, np.uint8)[names].astype(np.int32) if len(names) else counts[:0]
        begins = _begins(np.frombuffer(self._lengths, np.uint8)) if len(names) else counts[:0]
        units = (
            final[np.frombuffer(self._units, np.int32)[_expand_ranges(begins[names], lengths)]] if len(names) else final
        )
        units = units if lengths.sum() else np.empty(0, np.int32)
        first_name = to_ends(counts[order])
        row_of = np.repeat(np.arange(len(names), dtype=np.int32), lengths)
        postings = GroupedArray.of(units, row_of, len(vocabulary["flags"]))
        return vocabulary | {
            "first_name": first_name,
            "person_of": np.repeat(np.arange(len(order), dtype=np.int32), counts[order]),
            "quality": np.frombuffer(self._qualities, np.uint8)[names] if len(names) else np.empty(0, np.uint8),
            "name.ends": to_ends(lengths),
            "name.units": units,
            "unit.ends": postings.ends,
            "unit.names": postings.values,
        }


def _begins(lengths: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    return np.cumsum(lengths, dtype=np.int64) - lengths


def to_ends(lengths: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
    """The end of each of many groups, after a leading 0, by their lengths."""
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)


def _expand_ranges(begins: NDArray[np.integer[Any]], lengths: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """All positions of ranges, by their beginnings and lengths."""
    shift = begins - _begins(lengths)
    return np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(shift, lengths)


def date_arrays(dates: NDArray[np.int32], first_name: NDArray[Any]) -> Arrays:
    """The distinct dates of persons, whose dates ascend, and where the names of each begin."""
    distinct = sort_distinct(dates)
    first = np.searchsorted(dates, distinct)
    ends = np.concatenate((first_name[first], first_name[-1:])).astype(np.int32)
    return {"dates": distinct, "date_names": ends}


_NAMES_AT_ONCE = 1 << 18


def carrier_arrays(arrays: Arrays, persons: int) -> Arrays:
    """Numbers of persons for each sound and skeleton, and the bits of each name."""
    names, begins = arrays["unit.names"], arrays["unit.ends"][:-1]
    is_new = np.ones(len(names), np.bool_)
    for begin in range(1, len(names), _NAMES_AT_ONCE):
        person = arrays["person_of"][names[begin - 1 : begin + _NAMES_AT_ONCE]]
        is_new[begin : begin + _NAMES_AT_ONCE] = person[1:] != person[:-1]
    is_new[begins] = True
    of_unit = np.add.reduceat(is_new, begins, dtype=np.int32) if len(begins) else begins
    vocabulary = Vocabulary(arrays)
    of_sound, of_skeleton = vocabulary.sum_by_sound(of_unit)
    counted = {"sound.carriers": of_sound, "skeleton.carriers": of_skeleton}
    rows = GroupedArray(arrays["name.ends"], arrays["name.units"])
    counts = PartCounts(vocabulary, of_sound, of_skeleton, of_unit, persons, len(arrays["person_of"]))
    unit_bits, _ = Rarity(vocabulary, ListCounts([counts])).of_units(vocabulary)
    return counted | {"name_bits": bits_of_names(vocabulary, unit_bits, rows)}
