"""The process of one isolated driver: `python -m devices.isolation.child DESCRIPTOR PARENT`, a socket to the kit
and the number of its process.

It ends with the socket, and the kernel kills it when the kit's process ends. A second process, which runs no foreign
code, waits for its end and then ends whatever it started, but for what left its session. Its memory and descriptors
are limited: a driver that leaks ends here, and is started again.
"""

import asyncio
import os
import resource
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from data.log.error_log import destination, log_error
from data.process_hardening import end_with_parent, harden_process
from data.text import _
from devices import registry
from devices.faults import DeviceFault, FaultReason, Retry, driver_fault
from devices.isolation.messages import (
    BEAT_S,
    LONGEST_LINE,
    LONGEST_TAPPED,
    DriverJob,
    encode_answer,
    encode_discovered,
    encode_fault,
    encode_info,
    encode_message,
    encode_state,
    parse_job,
    parse_request,
)
from devices.ports import DeviceHealth, DocumentReader, DriverContext, acknowledge, leave_unread
from devices.reading import Reading

MOST_MEMORY = 1 << 30
"""Bytes of address space."""
MOST_DESCRIPTORS = 256


def main() -> None:
    """Serve until the kit closes the socket."""
    begin_child_process()
    with suppress(ConnectionError):
        asyncio.run(_serve(socket.socket(fileno=int(sys.argv[1]))))
    os._exit(0)  # threads of foreign code must not keep the process alive


def begin_child_process() -> None:
    """What the process of any foreign code does first, with the two arguments that it was started with."""
    _limit_process()
    _guard_session()


async def _serve(connection: socket.socket) -> None:
    requests, answers = await asyncio.open_connection(sock=connection, limit=LONGEST_LINE)
    device = await _begin(parse_job(await requests.readline()), answers)
    if device is None:
        return
    tasks = {asyncio.create_task(_beat(answers)), asyncio.create_task(_states(device, answers))}
    try:
        while line := await requests.readline():  # the end of the socket ends a running read too
            request = parse_request(line)
            if request.safe is not None:
                await (acknowledge(device) if request.safe else leave_unread(device))
            if request.read is not None:
                task = asyncio.create_task(_answer(device, request.read, answers))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
    finally:
        for task in tuple(tasks):
            task.cancel()
        await device.close()


async def _begin(job: DriverJob, answers: asyncio.StreamWriter) -> DocumentReader | None:
    """Do the job; returns the device that was opened, or None if none was."""
    send = _make_sender(answers)
    destination.forward = lambda origins: send({"log": origins})
    tap = _tap(send) if job.tap else None
    context = DriverContext(Path(job.folder), job.profile, devices=Path(job.devices), tap=tap)
    scheme, device = job.url.partition("://")[0], None
    try:
        if job.discover:
            devices = registry.discover_in_process(scheme, job.discover, context)
            answers.write(encode_message({"discovered": encode_discovered(devices)}))
        else:
            device = registry.reader_in_process(job.url, context)
            await device.open()
            answers.write(encode_message({"opened": encode_info(device.info)}))
            answers.write(encode_message({"state": encode_state(device.state)}))
    except Exception as error:  # foreign code
        log_error(error)
        fault = error if isinstance(error, DeviceFault) else driver_fault(scheme, _("The reader's driver failed"))
        answers.write(encode_message({"fault": encode_fault(fault)}))
        device = None
    await answers.drain()
    return device


def _make_sender(answers: asyncio.StreamWriter) -> Callable[[dict[str, Any]], None]:
    """Sends a message to the kit, from any thread."""
    loop, here = asyncio.get_running_loop(), threading.get_ident()

    def send(message: dict[str, Any]) -> None:
        if threading.get_ident() == here:
            answers.write(encode_message(message))
        else:
            loop.call_soon_threadsafe(answers.write, encode_message(message))

    return send


def _tap(send: Callable[[dict[str, Any]], None]) -> Callable[[bytes], None]:
    """Sends the kit the bytes from the device's line, before the documents made of them."""

    def send_bytes(data: bytes) -> None:
        for start in range(0, len(data), LONGEST_TAPPED):
            send({"line": data[start : start + LONGEST_TAPPED].hex()})

    return send_bytes


async def _answer(device: DocumentReader, timeout_s: float, answers: asyncio.StreamWriter) -> None:
    result = await _read(device, timeout_s)
    answers.write(encode_message({"state": encode_state(device.state)}))
    answers.write(encode_message({"answer": encode_answer(result)}))


async def _read(device: DocumentReader, timeout_s: float) -> Reading | Retry | DeviceFault | None:
    try:
        return await device.read(timeout_s)
    except DeviceFault as fault:
        log_error(fault)
        return fault
    except Exception as error:  # foreign code; its message may have a traveller's data
        log_error(error)
        return driver_fault(device.info.driver, _("The reader's driver failed"))


async def _beat(answers: asyncio.StreamWriter) -> None:
    count = 0
    while True:
        answers.write(encode_message({"beat": count}))
        count += 1
        await asyncio.sleep(BEAT_S)


async def _states(device: DocumentReader, answers: asyncio.StreamWriter) -> None:
    async for state in device.events():
        if state.health is DeviceHealth.FAULTED and state.reason is FaultReason.PROTOCOL:
            os._exit(1)  # an unexpected failure, perhaps out of memory: it is restarted from scratch
        answers.write(encode_message({"state": encode_state(state)}))


def _limit_process() -> None:
    harden_process()
    end_with_parent(int(sys.argv[2]))
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_NOFILE, MOST_DESCRIPTORS)):
        resource.setrlimit(what, (most, most))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the kit ends it


def _guard_session() -> None:
    """Start the process that ends the others of this session once this one has ended, however that came."""
    leader = os.getpid()
    if os.fork() != 0:
        return
    try:
        os.close(int(sys.argv[1]))  # the kit learns of the leader's end by the end of the socket
        try:
            ended = select.poll()
            ended.register(os.pidfd_open(leader), select.POLLIN)  # an error if it has ended already
            ended.poll()
        finally:
            os.killpg(leader, signal.SIGKILL)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
