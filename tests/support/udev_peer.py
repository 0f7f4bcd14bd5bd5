"""What the udev service sends, sent by a test: real netlink, real libudev, real pyudev hear it.

The kernel takes such messages from root alone, and libudev believes them only while the control file of the service is
there: so a test runs in namespaces of its own (`in_namespaces`), where no other program hears it.
"""

import os
import shutil
import socket
import struct
import subprocess
import sys
from importlib.util import find_spec

_KOBJECT_UEVENT, _FROM_UDEV = 15, 2
_SERVICE = "mount -t tmpfs tmpfs /run && mkdir /run/udev && touch /run/udev/control && mount -t tmpfs tmpfs /dev/shm"
_MAGIC = 0xFEEDCAFE
_HEAD = struct.Struct("=8s8I")
"""struct monitor_netlink_header of libudev: prefix, magic, sizes and offset, hashes that a filter would look at."""


def missing() -> str:
    """What is missing for it; empty where nothing is."""
    parts = {
        "pyudev (extra udev)": find_spec("pyudev"),
        "the right to mount (root)": os.geteuid() == 0 and shutil.which("unshare"),
    }
    return ", ".join(name for name, there in parts.items() if not there)


def in_namespaces(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module where udev seems to run and only it is heard; `/dev/shm` is empty there."""
    command = ["unshare", "--mount", "--net", "sh", "-c", f'{_SERVICE} && exec "$@"', "sh", sys.executable]
    return subprocess.run(
        [*command, "-W", "error", "-m", module, *arguments], capture_output=True, text=True, timeout=240, check=False
    )


class UdevPeer:
    """The service's end."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _KOBJECT_UEVENT)
        self._socket.bind((0, 0))
        self._sent = 0

    def tell(self, action: str, node: str, *links: str, subsystem: str = "tty") -> None:
        """Tell that a device was added or removed."""
        self._sent += 1
        said = {
            "ACTION": action,
            "DEVPATH": f"/devices/virtual/{subsystem}/peer",
            "SUBSYSTEM": subsystem,
            "DEVNAME": node,
            "DEVLINKS": " ".join(links),
            "SEQNUM": str(self._sent),
        }
        body = b"".join(f"{name}={value}\0".encode() for name, value in said.items())
        self.send(_HEAD.pack(b"libudev", socket.htonl(_MAGIC), _HEAD.size, _HEAD.size, len(body), 0, 0, 0, 0) + body)

    def send(self, message: bytes) -> None:
        """Any message, also one that is none."""
        self._socket.sendto(message, (0, _FROM_UDEV))

    def close(self) -> None:
        """End."""
        self._socket.close()
