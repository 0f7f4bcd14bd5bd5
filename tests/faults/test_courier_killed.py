"""kill −9 of the courier: the kit works on with the old list or the new one, and the next run brings the new one."""

import random
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sync.headquarters.publishing import file_maker
from tests.faults.support.scenes import OLD, WAYS, check, prepare, run
from tests.support.amount import amount
from tests.support.deployment import Deployment, fresh
from tests.support.killing import kill_after, moments_of


@pytest.mark.acceptance
@pytest.mark.parametrize(("way", "before"), WAYS)
def test_killed_before_any_durable_step(
    deployment: Deployment, way: str, before: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "repair":
        monkeypatch.setattr(file_maker, "LIMITS", replace(file_maker.LIMITS, part_bytes=20_000))
    prepared = prepare(deployment, way)
    count = moments_of(lambda: run(fresh(prepared, tmp_path)))
    assert count is not None
    assert count > 20
    for moment in range(count):
        path = fresh(prepared, tmp_path)
        assert moments_of(lambda path=path: run(path), moment) is None  # type: ignore[misc]
        check(path, before)


def test_killed_at_random_times(deployment: Deployment, tmp_path: Path) -> None:
    prepared = prepare(deployment, "delta")
    dice = random.Random(1)  # the moments themselves differ from run to run
    start = time.monotonic()
    run(fresh(prepared, tmp_path))
    whole_s = time.monotonic() - start
    cut_off = 0
    for _ in range(amount(20)):
        path = fresh(prepared, tmp_path)
        cut_off += kill_after(lambda path=path: run(path), dice.uniform(0, whole_s))  # type: ignore[misc]
        check(path, OLD)
    assert cut_off, "every run had ended before its kill"
    print(f"cut off on the way: {cut_off} of {amount(20)}")
