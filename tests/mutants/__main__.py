"""`python -m tests.mutants run [NAME …]`: does a test notice when a control is removed? `… table` writes the page."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.controls import MUTANTS
from tests.mutants.mutant import PAGE, TABLE_HEAD, TOP, Mutant, table

AT_ONCE = 2
MOST_S = 60.0
"""For the tests of one mutant."""
WHOLE_S = 3600.0
_FAILED, _PASSED = 1, 0
"""What pytest says of tests that ran."""


def copy_tree(folder: Path) -> Path:
    """What git would commit, with the environment of this tree."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=TOP, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        source, target = TOP / name, folder / name
        if source.is_file() and not source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    (folder / ".venv").symlink_to((TOP / ".venv").resolve())
    # Checked by content: a patch of the same size in the same second counts.
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "."]
    subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL)
    return folder


def run_tests(tree: Path, tests: tuple[str, ...], most_s: float) -> tuple[int | None, str]:
    """What pytest says of these tests of a tree (None: it took too long), and its last lines."""
    options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-p", "no:randomly"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    process = subprocess.Popen(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        printed, _ = process.communicate(timeout=most_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None, ""
    return process.returncode, "\n".join(printed.splitlines()[-8:])


def judge(code: int | None, printed: str) -> str:
    """Why a mutant is no success; empty where its tests failed, as they must."""
    if code == _FAILED:
        return ""
    if code is None:
        return f"its tests take longer than {MOST_S:g} s"
    return "survives" if code == _PASSED else f"its tests cannot run (exit code {code})\n{printed}"


def try_mutant(mutant: Mutant, trees: "SimpleQueue[Path]") -> tuple[str, float]:
    """Why a mutant is no success, and how long it took."""
    tree, began = trees.get(), time.monotonic()
    original = (tree / mutant.file).read_bytes()
    try:
        mutant.apply(tree)
        return judge(*run_tests(tree, mutant.tests, MOST_S)), time.monotonic() - began
    except ValueError as error:
        return str(error), time.monotonic() - began
    finally:
        (tree / mutant.file).write_bytes(original)
        trees.put(tree)


def run(names: list[str]) -> int:
    """Run all mutants, or those whose name contains one of `names`; the exit code."""
    chosen = [mutant for mutant in MUTANTS if not names or any(name in mutant.name for name in names)]
    began, bad = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="waypost-mutants-") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        copies = [copy_tree(Path(folder, str(number))) for number in range(min(AT_ONCE, len(chosen)))]
        tests = tuple(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        code, printed = run_tests(copies[0], tests, WHOLE_S)
        if code != _PASSED:
            print(f"Without any patch, the tests do not pass:\n{printed}")
            return 1
        print(f"Without any patch, {len(tests)} tests pass ({time.monotonic() - began:.0f} s).", flush=True)
        for tree in copies:
            trees.put(tree)
        with ThreadPoolExecutor(AT_ONCE) as workers:
            for mutant, (problem, took_s) in zip(
                chosen, workers.map(lambda mutant: try_mutant(mutant, trees), chosen), strict=True
            ):
                bad += bool(problem)
                print(f"{'BAD ' if problem else 'ok  '} {took_s:5.1f} s  {mutant.name}  {problem}", flush=True)
    took_s = time.monotonic() - began
    print(f"{len(chosen)} mutants, {bad} without a failing test, {took_s / 60:.1f} minutes.")
    return int(bool(bad) or took_s > WHOLE_S)


def write_table() -> None:
    """Write the table of controls into the page, after everything else."""
    text = PAGE.read_text("utf-8")
    PAGE.write_text(text[: text.index(TABLE_HEAD)] + table(MUTANTS), "utf-8")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["table"]:
            write_table()
        case ["run", *names]:
            sys.exit(run(names))
        case _:
            sys.exit("python -m tests.mutants run [NAME …] | table")
