"""An error that is caught and goes no further is logged: `swallowed_errors` is a rule of `make check`.

A handler passes an error on when every way through it raises, logs (`log_error`) or hands it to a future. It may drop
what is an answer rather than a fault (`ANSWERS`: a value that cannot be, a queue that is empty, a file that is not
there) and a class of its own module's (`_Refused`). Every other handler, and every `contextlib.suppress`, is listed
here with its reason. So is a hook for errors that nobody caught (`ERROR_HOOKS`) which neither raises nor logs.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto

from tests.structure.product import ProductModule

ANSWERS = {
    # A value, a line or a file of somebody's is not what it should be; the caller says so in words of its own.
    "DefusedXmlException", "InputError", "InvalidSignature", "InvalidTag", "JsonError", "KeyError",
    "Malformed", "OverflowError", "ParseError", "RefusedFile", "StopIteration", "UnicodeDecodeError",
    "UnicodeError", "UnsupportedAlgorithm", "ValidationError", "ValueError", "binascii.Error", "Base64Error",
    "csv.Error", "json.JSONDecodeError", "struct.error", "WrongPassphrase",
    # Nothing came in time, somebody else was quicker, somebody stopped it.
    "BlockingIOError", "Busy", "DeadlinePassed", "Empty", "InvalidStateError", "TimeoutError", "asyncio.CancelledError",
    # It is not there.
    "FileExistsError", "FileNotFoundError", "ImportError", "NoHome", "PackageNotFoundError",
    # The other side answered: a chip, headquarters' server, a client; or headquarters' word closes the lists.
    "AccessRefused", "AskedToWait", "ChannelBroken", "ChipError", "ChipGone", "ChipMalformed", "ChipRefused",
    "ClientDisconnect", "Locked", "NoChip", "NotOffered", "OfferUnusable", "Postponed", "ReadingCancelled",
    "ReadingStopped", "SimulatedRefusal", "WrongMac",
    # The person at the terminal.
    "BrokenPipeError", "KeyboardInterrupt", "RemoteRefused", "SessionOver", "click.Abort", "click.ClickException",
}  # fmt: skip
"""Classes that are answers."""
PASSES_ON = {"_log_error", "log_error", "set_exception"}
"""Functions that a handler may call instead of raising."""
ERROR_HOOKS = {"excepthook", "handle_error", "handle_exception", "unraisablehook"}
"""Functions that others call with an error that nobody caught: one without a word for the log drops them all."""
UNLOGGED = {
    ("appliance/checks/chip_check.py", "run"): "the service of the chip reader logs why a chip was not read",
    ("appliance/counter/counter.py", "chip_reading"): "the service of the chip reader logs why a chip was not read",
    ("appliance/counter/reader_loop.py", "work"): "the caller logs or raises it",
    ("appliance/screening/check_threads.py", "start_thread"): "no thread is idle, so one is made",
    ("data/documents/document_record.py", "_code_or_none"): "a code that a newer table gave is said as unknown",
    ("data/documents/sealed_keys.py", "_encrypt"): "the first call of a thread makes its encryptor",
    ("data/durable_files.py", "is_faulty"): "the error that made somebody ask is logged",
    ("data/lists/small_lists/list_schema.py", "find_identity"): "the row that does not say whose it is is refused",
    (
        "data/lists/small_lists/row_search.py",
        "_read_narrowing",
    ): "a country that cannot be read narrows nothing",
    ("data/lists/catalogue.py", "destroy_list_secret"): "no file is there: what else lies there goes with its folder",
    ("data/lists/catalogue.py", "_read_list_secret"): "a kit that has no list yet has no secret",
    ("data/durable_files.py", "_erase_link"): "its caller says which link leads nowhere",
    ("data/people/secret_hash.py", "verify_secret"): "a wrong PIN is an answer, not an error",
    ("data/store.py", "inode_of"): "opening the file says what is wrong with it",
    ("data/lists/storage/immutable_files.py", "prefetch"): "a hint for the disk, whose absence costs time alone",
    ("data/log/error_log.py", "_write"): "a log that cannot be written must not add to what went wrong",
    ("devices/chip/readers/pcsc.py", "_call_in_loop"): "the loop has ended: nobody waits",
    ("devices/daemon_thread.py", "work"): "the caller raises it, unless nobody waits any more",
    ("data/durable_files.py", "set_mode"): "a file system without modes, such as a stick's; who needs one looks at it",
    ("data/store.py", "_set"): "another process opens the file at that moment, so it is tried again",
    ("devices/chip/readers/pcsc.py", "_next"): "the chip was lifted at that moment, and the next one is waited for",
    ("devices/documents/camera.py", "_take"): "a frame too small to hold a zone is none",
    ("devices/documents/camera.py", "_tell"): "the loop has ended: nobody waits",
    ("devices/documents/dropped_files.py", "_interpret"): "the reader raises it",
    ("devices/documents/dropped_files.py", "_is_there"): "whether the folder is there is the question",
    ("devices/isolation/child.py", "main"): "the kit's process has ended: nobody waits",
    ("devices/staff_card/pkcs11_child.py", "main"): "the kit's process has ended: nobody waits",
    ("sync/formats/stick_writer.py", "_put_in_place"): "a file system that cannot force a folder; the file was forced",
    (
        "sync/headquarters/publishing/payload_files.py",
        "_serves",
    ): "whether deltas lead from there to here is the question",
    ("sync/kit/connections/http_client.py", "seconds_to_wait"): "a header that says nothing",
    ("sync/kit/connections/transport.py", "hang_up"): "the connection is closed already",
    ("sync/kit/envelopes.py", "refresh_metadata"): "a newer root may lower the clock's floor; else it is raised",
    ("sync/kit/neighbours/discovery.py", "_join"): "joined already, or an interface without multicast",
    ("sync/kit/neighbours/discovery.py", "_send"): "an interface without multicast, or without a line",
    ("sync/kit/neighbours/share.py", "process_request"): "the neighbour has gone",
    ("sync/kit/neighbours/share.py", "_hang_up"): "the neighbour has gone",
    ("sync/kit/watching/watchers.py", "read_routes"): "a kernel without IPv6 has no such table",
    ("sync/kit/watching/watchers.py", "_wait_for_netlink"): "a burst was lost; looking at intervals remains",
    ("sync/kit/watching/watchers.py", "_wait_for_mounts"): "looking at intervals remains",
    ("sync/kit/watching/watchers.py", "_inside"): "whether a stick with our files is there is the question",
    ("sync/kit/watching/watchers.py", "_tree"): "whether a stick with our files is there is the question",
    ("ui/cli.py", "_open_closed_descriptors"): "whether it is open is the question",
    ("ui/cli.py", "main"): "what could not be printed was logged already",
    (
        "ui/commands/kit_bench/chips.py",
        "watch",
    ): "the removal of a chip is what it waits for",
    ("ui/commands/courier.py", "_listen_for_signals"): "the service has ended",
    ("sync/headquarters/sources/sltd_columns.py", "_decode"): "a line that is not in UTF-8 is refused by itself",
}
"""Module and function, with the reason."""


def swallowed_errors(modules: Iterable[ProductModule]) -> Iterator[str]:
    """Handlers that drop an error without a word in the log."""
    unused = dict(UNLOGGED)
    for module in modules:
        for function, line, caught in _dropped(module.syntax, ""):
            if (module.place, function) not in UNLOGGED:
                yield f"{module.place}:{line} {function or 'the module'} drops {caught} without logging it"
            unused.pop((module.place, function), None)
    known = {module.place for module in modules}
    yield from (
        f"{place} {function} drops nothing any more, so no exception" for place, function in unused if place in known
    )


def _dropped(node: ast.AST, function: str) -> Iterator[tuple[str, int, str]]:
    """The function, the line and the classes of each handler that drops what is no answer."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            if child.name.strip("_") in ERROR_HOOKS and not _takes_on(child):
                yield child.name, child.lineno, "every error"
            yield from _dropped(child, child.name)
            continue
        if isinstance(child, ast.ExceptHandler) and not _passes_on(child):
            caught = _names(child.type)
        elif isinstance(child, ast.Call) and ast.unparse(child.func) in ("suppress", "contextlib.suppress"):
            caught = [name for argument in child.args for name in _names(argument)]
        elif isinstance(child, ast.Assign) and isinstance(child.value, ast.Lambda) and not _takes_on(child.value):
            hooks = {ast.unparse(target).rpartition(".")[2] for target in child.targets} & ERROR_HOOKS
            caught = ["every error"] if hooks else []
        else:
            caught = []
        if faults := [name for name in caught if name not in ANSWERS and not name.startswith("_")]:
            yield function, child.lineno, ", ".join(faults)
        yield from _dropped(child, function)


class _Ends(Enum):
    """How a block ends: every way through it passes the error on, some way drops it, or it goes on with the next."""

    PASSED_ON = auto()
    DROPPED = auto()
    GOES_ON = auto()


def _passes_on(handler: ast.ExceptHandler) -> bool:
    return _end_of(handler.body) is _Ends.PASSED_ON


def _end_of(block: Sequence[ast.stmt]) -> _Ends:
    return next((end for end in map(_end_of_statement, block) if end is not _Ends.GOES_ON), _Ends.GOES_ON)


def _end_of_statement(statement: ast.stmt) -> _Ends:
    match statement:
        case ast.Raise():
            return _Ends.PASSED_ON
        case ast.Return() | ast.Continue() | ast.Break():
            return _Ends.PASSED_ON if _calls(statement) else _Ends.DROPPED
        case ast.If():
            ends = {_end_of(statement.body), _end_of(statement.orelse)}
            return _Ends.DROPPED if _Ends.DROPPED in ends else ends.pop() if len(ends) == 1 else _Ends.GOES_ON
        case ast.With() | ast.AsyncWith():
            return _end_of(statement.body)
        case ast.Try():
            return _end_of([*statement.body, *statement.finalbody])
        case ast.Expr() | ast.Assign():
            return _Ends.PASSED_ON if _calls(statement) else _Ends.GOES_ON
        case _:
            return _Ends.GOES_ON


def _calls(statement: ast.stmt) -> bool:
    """Whether it calls a function that takes the error on."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(ast.unparse(call.func).rpartition(".")[2] in PASSES_ON for call in calls)


def _takes_on(hook: ast.AST) -> bool:
    """Whether a hook raises, logs, or leaves the error to the hook that it replaces."""
    return any(
        isinstance(node, ast.Raise)
        or (isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in PASSES_ON | ERROR_HOOKS)
        for node in ast.walk(hook)
    )


def _names(kind: ast.expr | None) -> list[str]:
    if kind is None:
        return ["everything"]
    return [ast.unparse(part) for part in kind.elts] if isinstance(kind, ast.Tuple) else [ast.unparse(kind)]
