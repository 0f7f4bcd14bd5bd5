"""Starts, asks and stops the processes of isolated drivers, whatever those do.

A process does not inherit the environment, which may have a passphrase, nor any descriptor but its socket. What it
prints is discarded, because foreign code may print travellers' data. It leads a session of its own: with it end the
processes that it started, but for those that left that session, and no key of the kit's terminal ends it.
"""

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from time import monotonic
from typing import Any, Literal, Self

from data.errors import describe_os_error
from data.log.error_log import log_error, suppress_logged
from data.text import Message, _
from devices.faults import DeviceFault, FaultReason, driver_fault, refuse_simulated
from devices.isolation.messages import LONGEST_LINE, DriverMessage, encode_message, parse_message
from devices.ports import DeviceInfo, DeviceUrl, DiscoveredDevice, DriverContext

START_S = 20.0
"""From the start of the process to an open device."""
DISCOVER_S = 10.0
"""From the start of the process to the devices that its driver finds."""
MOST_MESSAGES = 200
"""In a second, between two answers, without those that have bytes of the device's line for a tap."""
MOST_LINES = 2000
"""In a second: messages with bytes of the device's line for a tap."""
END_S = 2.0
"""For closing its device before it is killed."""
Discovery = Literal["discover", "discover_chips", "discover_cards"]
"""The function of a driver that finds devices."""
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")


class ChildProcess:
    """One running process that foreign code may crash or hang, and the socket to it: a line of JSON a message."""

    MODULE = "devices.isolation.child"
    """Where the process begins; it gets the descriptor of its socket and the number of this process."""
    INHERITS: tuple[str, ...] = ()
    """Names of environment variables that it gets beside those of every such process."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", answers: asyncio.StreamReader, requests: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._answers = answers
        self._requests = requests

    @classmethod
    async def _spawn(cls) -> Self:
        try:
            with ExitStack() as undo:
                ours, theirs = socket.socketpair()
                undo.enter_context(ours)
                with theirs:
                    process = _spawn(theirs, cls.MODULE, cls.INHERITS)
                undo.callback(process.wait)
                undo.callback(process.kill)
                connection = await asyncio.open_connection(sock=ours, limit=LONGEST_LINE)
                undo.pop_all()
        except OSError as error:
            raise _start_fault(error) from error
        return cls(process, *connection)

    async def stop(self) -> None:
        """Let it close its device and end; kill it if it does not, and whatever it started."""
        self._requests.close()
        try:
            await self._wait_for_end(END_S)
        finally:
            await self.kill()

    async def kill(self) -> None:
        """Kill it at once, and whatever it started."""
        self._requests.close()
        if self._process.returncode is None:  # as long as nobody has asked for its end, its number is no other's
            with suppress_logged(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        await self._wait_for_end(END_S)
        self._process.poll()

    async def _receive_line(self) -> bytes:
        """The next whole line; nothing if the process has ended or sends more than a line may have."""
        try:
            line = await self._answers.readline()
        except (ConnectionError, ValueError) as error:
            log_error(error)
            return b""
        return line if line.endswith(b"\n") else b""

    def _send(self, message: dict[str, Any]) -> None:
        if not self._requests.is_closing():
            self._requests.write(encode_message(message))

    def _describe_crash(self) -> Message:
        """That the driver crashed, with the signal or the exit code where the system has told it yet."""
        code = self._exit_code()
        if code is None or code == 0:
            return _("The reader's driver has crashed")
        if code > 0:
            return _("The reader's driver has crashed (exit code {code})", code=code)
        return _("The reader's driver has crashed ({signal})", signal=_SIGNALS.get(-code, -code))

    async def _wait_for_end(self, within_s: float) -> None:
        """Wait for its end. A process that survives SIGKILL hangs in the kernel, and is left there."""
        clock = asyncio.get_running_loop()
        until = clock.time() + within_s
        await asyncio.sleep(0)  # the loop closes the socket in its next iteration
        while self._exit_code() is None and clock.time() < until:  # noqa: ASYNC110 (there is no event to wait for)
            await asyncio.sleep(0.005)

    def _exit_code(self) -> int | None:
        """As `Popen.poll`, but the process's number stays its own: `kill` needs it for what it started."""
        if self._process.returncode is not None:
            return self._process.returncode
        ended = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None:
            return None
        return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


class DriverProcess(ChildProcess):
    """One running process with an open device in it."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", answers: asyncio.StreamReader, requests: asyncio.StreamWriter
    ) -> None:
        super().__init__(process, answers, requests)
        self._is_asked = False
        self._is_tapped = False
        self._counts_from = 0.0
        """When the second began in which messages are counted."""
        self._messages = self._lines = 0
        self.info: DeviceInfo | None = None
        """The device, as its driver calls it; None until it is open."""

    @classmethod
    async def start(cls, url: str, context: DriverContext) -> Self:
        """Start a process and wait until it has opened the device.

        DeviceFault as its `open`; PROTOCOL if it cannot be started or dies, TIMEOUT; DENIED as `refuse_simulated`.
        """
        driver_process = await cls._spawn()
        try:
            opened = (await driver_process._begin(url, context, START_S)).opened
            if opened is None:
                what = _("The reader's driver did not report that it opened its device")
                raise DeviceFault(FaultReason.PROTOCOL, what)
            scheme = DeviceUrl.parse(url).scheme
            refuse_simulated(scheme, context.profile, simulated=opened.simulated)
            driver_process.info = opened.to_info(scheme)
        except BaseException:
            await driver_process.kill()
            raise
        return driver_process

    @classmethod
    async def discover(cls, scheme: str, by: Discovery, context: DriverContext) -> list[DiscoveredDevice]:
        """Ask a driver for its devices, in a process for this question only. DeviceFault as `start` raises it."""
        driver_process = await cls._spawn()
        try:
            discovered = (await driver_process._begin(f"{scheme}://", context, DISCOVER_S, discover=by)).discovered
        finally:
            await driver_process.kill()
        if discovered is None:
            raise DeviceFault(FaultReason.PROTOCOL, _("The reader's driver did not report what it found"))
        return [device.to_discovered(scheme) for device in discovered]

    async def receive(self) -> DriverMessage:
        """The next message. DeviceFault PROTOCOL if the process has ended, sends something else, or too much."""
        line = await self._receive_line()
        message = parse_message(line) if line else None
        if message is None:
            hint = _("It restarts automatically; if it crashes again and again, tell the technician")
            raise DeviceFault(FaultReason.PROTOCOL, self._describe_crash(), hint=hint)
        self._count(message)
        return message

    def _count(self, message: DriverMessage) -> None:
        """DeviceFault PROTOCOL where foreign code says more than any reader has to say."""
        now = monotonic()
        is_answer = message.answer is not None and self._is_asked
        if is_answer or now - self._counts_from >= 1.0:
            self._messages = 0
        if now - self._counts_from >= 1.0:
            self._counts_from, self._lines = now, 0
        if is_answer:
            self._is_asked = False
        elif message.line and self._is_tapped:
            self._lines += 1
        else:
            self._messages += 1
        if self._messages > MOST_MESSAGES or self._lines > MOST_LINES:
            raise DeviceFault(
                FaultReason.PROTOCOL,
                _("The reader's driver floods the kit with messages"),
                hint=_("It restarts automatically; if that happens again and again, tell the technician"),
            )

    def ask_to_read(self, timeout_s: float) -> None:
        """Start one read in the driver."""
        self._is_asked = True
        self._send({"read": timeout_s})

    def say_safe(self, *, safe: bool) -> None:
        """Say whether what the driver delivered is safe."""
        self._send({"safe": safe})

    async def _begin(
        self, url: str, context: DriverContext, within_s: float, discover: Discovery | Literal[""] = ""
    ) -> DriverMessage:
        """Give the process its job; returns the message that it was done, whatever else it says before."""
        devices, folder = str(context.devices), str(context.folder)
        job = {"url": url, "folder": folder, "profile": context.profile, "devices": devices, "discover": discover}
        self._is_tapped = context.tap is not None
        self._send({**job, "tap": self._is_tapped})
        try:
            async with asyncio.timeout(within_s):
                while not (message := await self.receive()).ends_job:
                    pass_on(message, context, DeviceUrl.parse(url).scheme)
        except TimeoutError:
            what = _("The reader's driver did not open its device in time")
            if discover:
                what = _("The reader's driver did not report what it found in time")
            hint = _("If that happens again, tell the technician")
            raise DeviceFault(FaultReason.TIMEOUT, what, hint=hint) from None
        if message.fault is not None:
            raise message.fault.to_fault()
        return message


def pass_on(message: DriverMessage, context: DriverContext, driver: str) -> None:
    """Log and tap what a message has for the log and the tap, which may raise."""
    if error := message.to_error():
        log_error(error, device=driver)
    if message.line and context.tap is not None:
        context.tap(bytes.fromhex(message.line))


def discover_isolated(
    schemes: Sequence[str], by: Discovery, context: DriverContext
) -> dict[str, list[DiscoveredDevice] | DeviceFault]:
    """What the driver of each scheme found, or why it could not be asked: all at once, each in its own process.

    Never raises.
    """
    if not schemes:
        return {}
    unheard = replace(context, tap=None)  # what a driver asks a device to find it is no reading

    async def ask(scheme: str) -> list[DiscoveredDevice] | DeviceFault:
        try:
            return await DriverProcess.discover(scheme, by, unheard)
        except DeviceFault as fault:
            log_error(fault, device=scheme)
            return fault
        except Exception as error:
            log_error(error, device=scheme)
            return driver_fault(scheme, _("The reader's driver could not be asked"))

    async def ask_all() -> list[list[DiscoveredDevice] | DeviceFault]:
        return await asyncio.gather(*map(ask, schemes))

    try:
        with ThreadPoolExecutor(1) as executor:  # the caller may be in an event loop
            return dict(zip(schemes, executor.submit(asyncio.run, ask_all()).result(), strict=True))
    except (OSError, RuntimeError) as error:  # no descriptor, or no thread, is left
        log_error(error)
        return dict.fromkeys(schemes, _start_fault(error))


_FULL = {
    errno.EAGAIN: _("too many processes are running"),
    errno.ENOMEM: _("no memory is left"),
    errno.EMFILE: _("too many files are open"),
    errno.ENFILE: _("too many files are open"),
}


def _start_fault(error: Exception) -> DeviceFault:
    """Why the process of a driver could not be started, by the system's error."""
    reason = _FULL.get(error.errno or 0) if isinstance(error, OSError) else _FULL[errno.EAGAIN]
    return DeviceFault(
        FaultReason.PROTOCOL,
        _(
            "The process of the reader's driver could not be started: {reason}",
            reason=reason or describe_os_error(error),
        ),
        hint=_("Close other programs or restart this machine; if that does not help, call the technician"),
    )


_SIGNALS = {each.value: each.name for each in signal.Signals}


def _spawn(
    theirs: socket.socket, module: str = ChildProcess.MODULE, inherits: Sequence[str] = ()
) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", module, str(theirs.fileno()), str(os.getpid())]
    null = subprocess.DEVNULL
    return subprocess.Popen(  # noqa: S603 (our own interpreter, no shell)
        command,
        env=_environment(inherits),
        pass_fds=(theirs.fileno(),),
        start_new_session=True,
        stdin=null,
        stdout=null,
        stderr=null,
    )


def _environment(inherits: Sequence[str]) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in (*_INHERITED, *inherits) if name in os.environ}
    return {**inherited, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
