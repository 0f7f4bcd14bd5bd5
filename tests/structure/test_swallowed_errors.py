"""The rule about swallowed errors can fail, and lets answers pass."""

from pathlib import Path

import pytest

from tests.structure import product, swallowed_errors
from tests.structure.product import ProductModule, product_modules


def dropped(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    monkeypatch.setattr(product, "ROOT", folder)
    path = folder / "data" / "cards.py"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    modules: list[ProductModule] = product_modules()
    return list(swallowed_errors.swallowed_errors(modules))


@pytest.mark.parametrize(
    "handler",
    [
        "except OSError:\n        pass",
        "except:\n        pass",
        "except Exception as error:\n        return str(error)",
        "except (ValueError, LinkError):\n        return None",
        "except WaypostError as error:\n        problems.append(error)",
        "except store.DatabaseError:\n        return None",
        "except OSError as error:\n        if error.errno:\n            raise",
        "except OSError as error:\n        if error.errno:\n            return None\n        raise",
        "except (TypeError, AttributeError, IndexError, RecursionError):\n        return None",
    ],
)
def test_a_fault_that_goes_no_further_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handler: str) -> None:
    (line,) = dropped(tmp_path, monkeypatch, f"def read():\n    try:\n        work()\n    {handler}\n")
    assert line.startswith("data/cards.py:4 read drops ")


def test_suppressing_is_dropping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "def read():\n    with suppress(KeyError, OSError), open(path) as file:\n        work()\n"
    assert dropped(tmp_path, monkeypatch, text) == ["data/cards.py:2 read drops OSError without logging it"]


@pytest.mark.parametrize(
    "text",
    [
        'class Server(TCPServer):\n    def handle_error(self, request, address):\n        """Nothing."""\n',
        "def excepthook(kind, error, trace):\n    pass\n",
        "async def handle_exception(loop, context):\n    print(context)\n",
        "sys.excepthook = lambda *error: None\n",
    ],
)
def test_a_hook_that_drops_what_nobody_caught_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (line,) = dropped(tmp_path, monkeypatch, text)
    assert line.endswith(" drops every error without logging it")


@pytest.mark.parametrize(
    "text",
    [
        "class Server(TCPServer):\n    def handle_error(self, request, address):\n        log_error(error)\n",
        "class Server(TCPServer):\n    def handle_error(self, *of):\n        super().handle_error(*of)\n",
        "def excepthook(kind, error, trace):\n    raise error\n",
        "sys.excepthook = lambda kind, error, trace: log_error(error)\n",
        "handler = lambda *error: None\n",
    ],
)
def test_a_hook_that_logs_or_leaves_it_to_another_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    assert not dropped(tmp_path, monkeypatch, text)


@pytest.mark.parametrize(
    "handler",
    [
        "except OSError as error:\n        log_error(error)",
        "except OSError as error:\n        if error.errno:\n            raise\n        log_error(error)",
        "except OSError as error:\n        if error.errno:\n            raise\n        else:\n            raise Other",
        "except BaseException as error:\n        future.set_exception(error)",
        "except (KeyError, ValueError):\n        return None",
        "except _Refused:\n        return None",
        "except OSError as error:\n        raise LinkError from error",
    ],
)
def test_what_raises_logs_or_is_an_answer_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handler: str) -> None:
    assert not dropped(tmp_path, monkeypatch, f"def read():\n    try:\n        work()\n    {handler}\n")


def test_an_exception_that_nothing_needs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swallowed_errors, "UNLOGGED", {("data/cards.py", "read"): "a reason"})
    assert dropped(tmp_path, monkeypatch, "def read(): ...\n") == [
        "data/cards.py read drops nothing any more, so no exception"
    ]
