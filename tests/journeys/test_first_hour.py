"""The commands of docs/first-hour.md, pasted as they stand into a shell with a fresh home; and the README's sample."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.devices.support.vpcd import free_port
from tests.support.command_line import SCHEMA, TOP

PAGE = TOP / "docs" / "first-hour.md"
README = TOP / "README.md"
ANSWERED = "until (exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null; do sleep 0.1; done"
"""In place of the page's `sleep`: a test waits for the server, not for the clock."""


def code_blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def pasted_commands(port: int) -> str:
    commands = "\n".join(code_blocks(PAGE, "sh"))
    assert commands.count("8080") == 2 and commands.count("sleep 3\n") == 1
    return commands.replace("8080", str(port)).replace("sleep 3\n", ANSWERED.format(port=port) + "\n")


@pytest.mark.acceptance
@pytest.mark.timeout(600)
def test_the_page_can_be_pasted_into_a_shell(tmp_path: Path) -> None:
    """One test, because the hour takes half a minute: exit codes, verdicts, reports, and the README's sample."""
    if not (TOP / ".venv/bin/activate").is_file():
        pytest.skip("there is no .venv in this checkout: `make test` makes one")
    refused = tmp_path / "refused"
    done = subprocess.run(
        ["bash"],
        input=f"trap 'echo \"$? $BASH_COMMAND\" >> {refused}' ERR\n{pasted_commands(free_port())}",
        cwd=TOP,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(TOP)},
        capture_output=True,
        text=True,
        timeout=590,
    )
    assert "waypost: " not in done.stderr, done.stderr
    not_zero = [line.split()[:3] for line in refused.read_text("utf-8").splitlines()]
    assert not_zero == [["20", "waypost", "check"]] * 3, done.stderr

    assert "1. CLEAR" in done.stdout and "1. REFER" in done.stdout
    wanted = json.loads((tmp_path / "first-hour/wanted.json").read_text("utf-8"))
    jsonschema.validate(wanted, SCHEMA)
    assert wanted["verdict"] == "refer"
    batch = (tmp_path / "first-hour/answers.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["verdict"] for line in batch] == ["clear", "refer", "refer"]

    assert "\nnorth-1: last reported" in done.stdout and "\nnorth-2: last reported" in done.stdout

    (sample,) = code_blocks(README, "json")
    assert list(differences(json.loads(sample), wanted)) == [], (
        "README.md shows another answer than `waypost check` gives"
    )


def differences(sample: Any, whole: Any) -> Iterator[str]:
    """What `sample` has and `whole` does not; fields and elements may be left out of it."""
    if isinstance(sample, dict) and isinstance(whole, dict):
        for key, value in sample.items():
            yield from differences(value, whole.get(key))
    elif isinstance(sample, list) and isinstance(whole, list):
        for part in sample:
            nearest = min((list(differences(part, element)) for element in whole), key=len, default=[repr(part)])
            yield from nearest
    elif sample != whole:
        yield f"{sample!r}, not {whole!r}"


@pytest.mark.parametrize("sample", [{"a": 2}, {"b": 1}, {"c": [{"d": 4}]}, {"c": 3}])
def test_a_sample_that_says_something_else_is_noticed(sample: dict[str, Any]) -> None:
    whole = {"a": 1, "c": [{"d": 3, "e": 5}, 7]}
    assert list(differences({"a": 1, "c": [{"d": 3}]}, whole)) == []
    assert len(list(differences(sample, whole))) == 1
