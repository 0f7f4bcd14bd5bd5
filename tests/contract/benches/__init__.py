"""One bench a driver: how the suite lays documents on that driver's device and pulls its plug.

A driver joins the suite by a bench here; a test fails while one is missing. A third party's joins for one run:
`WAYPOST_BENCH=module:Class`.
"""

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tests.contract.benches.camera_bench import CameraBench
from tests.contract.benches.folder_bench import FolderBench
from tests.contract.benches.isolated_bench import IsolatedBench
from tests.contract.benches.pictures_bench import PicturesBench
from tests.contract.benches.pipe_bench import PipeBench
from tests.contract.benches.port import Bench
from tests.contract.benches.pty_bench import PtyBench
from tests.contract.benches.replay_bench import ReplayBench
from tests.contract.benches.simulated_bench import SimulatedBench
from tests.contract.benches.socket_bench import SocketBench

BENCHES: dict[str, Callable[[Path], Bench]] = {
    "simulated": SimulatedBench,
    "serial": PtyBench,
    "wedge": PipeBench,
    "folder": FolderBench,
    "pictures": PicturesBench,
    "v4l2": CameraBench,
    "replay": ReplayBench,
    "serial, isolated": lambda folder: IsolatedBench(PtyBench(folder)),
    "vendor's plug-in": SocketBench,
}
if named := os.environ.get("WAYPOST_BENCH"):
    module, _, name = named.partition(":")
    BENCHES[named] = getattr(import_module(module), name)
