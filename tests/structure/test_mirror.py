"""The tests mirror the product: who knows a module's path knows where its tests are, and the other way round.

The tests of `<folder>/<module>.py` are `tests/<folder>/test_<module>.py` and, where one file would be too long,
`test_<module>_<aspect>.py` beside it. A suite over a whole package is `test_<package>_<aspect>.py` beside its folder.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.structure.product import PACKAGES, ROOT, product_modules

NAMED_OTHERWISE = {
    "tests/ui/test_pseudo_locale_commands.py": "every command, in an invented language",
    "tests/ui/test_pseudo_locale_screens.py": "every screen and dialog, in an invented language",
    "tests/sync/test_protocol_page.py": "docs/protocol.md, which both ends of sync and others' clients keep to",
}
"""Suites that stand for no module or package, each with what it stands for."""
TESTED_OTHERWISE = {
    "ui/commands/": "tests/journeys run the command line",
    "devices/chip/lds/": "tests/devices/chip/test_lds.py: one suite over all data groups",
}
"""Modules whose tests are elsewhere, by the beginning of their path, with where."""
FEW_LINES = 60
LEAST_SHARE = 0.75


def suites() -> list[str]:
    """Every test module beside the product's packages, by its path."""
    paths = (path for package in PACKAGES for path in (ROOT / "tests" / package).rglob("test_*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in paths)


def modules_and_packages() -> set[str]:
    """Every module of the product without its suffix, and every package."""
    paths = {module.dotted.replace(".", "/") for module in product_modules()}
    return paths | {folder.as_posix() for path in paths for folder in Path(path).parents}


def possible_subjects(suite: str) -> Iterator[str]:
    """What a suite may be named after: all words behind `test_`, or the first of them."""
    path = Path(suite.removeprefix("tests/"))
    words = path.stem.removeprefix("test_").split("_")
    yield from ((path.parent / "_".join(words[:count])).as_posix() for count in range(len(words), 0, -1))


def misplaced(suites: Iterable[str], subjects: set[str]) -> Iterator[str]:
    """Suites that name neither a module nor a package in the folder that they mirror."""
    yield from (suite for suite in suites if subjects.isdisjoint(possible_subjects(suite)))


def test_every_suite_stands_where_its_subject_stands() -> None:
    assert set(misplaced(suites(), modules_and_packages())) == set(NAMED_OTHERWISE)


def test_most_modules_have_a_suite_of_their_own() -> None:
    tested = {subject for suite in suites() for subject in possible_subjects(suite)}
    modules = [
        module.dotted.replace(".", "/")
        for module in product_modules()
        if module.is_counted and module.lines > FEW_LINES
        if not module.place.startswith(tuple(TESTED_OTHERWISE))
    ]
    untested = sorted(set(modules) - tested)
    assert len(untested) <= (1 - LEAST_SHARE) * len(modules), untested


@pytest.mark.parametrize(
    ("suite", "stands_right"),
    [
        ("tests/data/lists/test_replica.py", True),
        ("tests/data/lists/test_replica_history.py", True),
        ("tests/data/test_lists_on_disk.py", True),
        ("tests/data/lists/test_replicas.py", False),
        ("tests/data/test_replica.py", False),
        ("tests/data/lists/replica/test_history.py", False),
    ],
)
def test_a_suite_is_named_after_a_module_or_package_beside_it(suite: str, stands_right: bool) -> None:
    refused = list(misplaced([suite], {"data", "data/lists", "data/lists/replica"}))
    assert refused == ([] if stands_right else [suite])
