"""Starts, asks and stops the process of one isolated driver, whatever it does.

It does not inherit the environment, which may have a passphrase, nor any descriptor but its socket. Its output is
discarded, because foreign code may print travellers' data.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from typing import Any, Self

from data.log.error_log import log_error
from data.text import Message, _
from devices.faults import DeviceFault, FaultReason
from devices.isolation.messages import LONGEST_LINE, DriverMessage, encode_message, parse_message
from devices.ports import DriverContext

START_S = 20.0
"""From the start of the process to an open device."""
END_S = 2.0
"""For closing its device before it is killed."""
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")


class DriverProcess:
    """One running process with an open device in it."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", answers: asyncio.StreamReader, requests: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._answers = answers
        self._requests = requests

    @classmethod
    async def start(cls, url: str, context: DriverContext) -> Self:
        """Start a process and wait until it has opened the device. DeviceFault as its `open`; PROTOCOL if it dies."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = _spawn(theirs)
        driver_process = cls(process, *await asyncio.open_connection(sock=ours, limit=LONGEST_LINE))
        try:
            await driver_process._begin(url, context)
        except BaseException:
            await driver_process.kill()
            raise
        return driver_process

    async def receive(self) -> DriverMessage:
        """The next message. DeviceFault PROTOCOL if the process has ended or sends something else."""
        cause: Exception | None = None
        try:
            line = await self._answers.readline()
        except (ConnectionError, ValueError) as error:
            line, cause = b"", error
        message = parse_message(line) if line.endswith(b"\n") else None
        if message is None:
            hint = _("It restarts automatically; if it crashes again and again, tell the technician")
            raise DeviceFault(FaultReason.PROTOCOL, self._describe_crash(), hint=hint) from cause
        return message

    def _describe_crash(self) -> Message:
        """That the driver crashed, with the signal or the exit code where the system has told it yet."""
        code = self._process.poll()
        if code is None or code == 0:
            return _("The reader's driver has crashed")
        if code > 0:
            return _("The reader's driver has crashed (exit code {code})", code=code)
        return _("The reader's driver has crashed ({signal})", signal=_SIGNALS.get(-code, -code))

    def ask_to_read(self, timeout_s: float) -> None:
        """Start one read in the driver."""
        self._send({"read": timeout_s})

    def say_safe(self, *, safe: bool) -> None:
        """Say whether what the driver delivered is safe."""
        self._send({"safe": safe})

    async def stop(self) -> None:
        """Let it close its device and end; kill it if it does not."""
        self._requests.close()
        await self._wait_for_end(END_S)
        await self.kill()

    async def kill(self) -> None:
        """Kill it at once."""
        self._requests.close()
        self._process.kill()
        await self._wait_for_end(END_S)

    async def _begin(self, url: str, context: DriverContext) -> None:
        devices, folder = str(context.devices), str(context.folder)
        job = {"url": url, "folder": folder, "profile": context.profile, "devices": devices}
        self._send({**job, "tap": context.tap is not None})
        try:
            async with asyncio.timeout(START_S):
                while error := (message := await self.receive()).to_error():
                    log_error(error, device=url)
        except TimeoutError:
            raise DeviceFault(FaultReason.TIMEOUT, _("The reader's driver did not open its device in time")) from None
        if message.fault is not None:
            raise message.fault.to_fault()
        if not message.opened:
            raise DeviceFault(FaultReason.PROTOCOL, _("The reader's driver did not report that it opened its device"))

    def _send(self, message: dict[str, Any]) -> None:
        if not self._requests.is_closing():
            self._requests.write(encode_message(message))

    async def _wait_for_end(self, within_s: float) -> None:
        """Wait for its end. A process that survives SIGKILL hangs in the kernel, and is left there."""
        clock = asyncio.get_running_loop()
        until = clock.time() + within_s
        await asyncio.sleep(0)  # the loop closes the socket in its next iteration
        while self._process.poll() is None and clock.time() < until:  # noqa: ASYNC110 (there is no event to wait for)
            await asyncio.sleep(0.005)


_SIGNALS = {each.value: each.name for each in signal.Signals}


def _spawn(theirs: socket.socket) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "devices.isolation.child", str(theirs.fileno()), str(os.getpid())]
    null = subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 (our own interpreter, no shell)
        command, env=_environment(), pass_fds=(theirs.fileno(),), stdin=null, stdout=null, stderr=null
    )


def _environment() -> dict[str, str]:
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {**inherited, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
