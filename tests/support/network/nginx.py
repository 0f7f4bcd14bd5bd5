"""nginx as the real static server: on a free port of the loopback, started and ended by the test."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.waiting import GUARD_S, wait_until

_CONFIGURATION = """
daemon off; master_process off; pid {place}/pid; error_log {place}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {place}/t; proxy_temp_path {place}/t; fastcgi_temp_path {place}/t;
  uwsgi_temp_path {place}/t; scgi_temp_path {place}/t; server_tokens off;
  server {{
    listen 127.0.0.1:{port} {tls}; root {root}; {more}
  }}
}}
"""
_TLS = "ssl_certificate {0}; ssl_certificate_key {1}; ssl_protocols TLSv1.3; ssl_session_tickets on;"


@dataclass(frozen=True)
class Certified:
    """PEM files of a server."""

    certificate: Path
    key: Path


def is_installed() -> bool:
    """Whether this machine has nginx (Debian: nginx-light)."""
    return shutil.which("nginx") is not None


@contextmanager
def nginx(root: Path, place: Path, certified: Certified | None = None, more: str = "") -> Iterator[int]:
    """nginx over the folder `root`; the port. `place` takes its own files; `more` goes into its server block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    place.mkdir()
    tls = _TLS.format(certified.certificate, certified.key) if certified else ""
    words = _CONFIGURATION.format(
        place=place, port=port, root=root, tls="ssl" if certified else "", more=f"{tls} {more}"
    )
    (place / "nginx.conf").write_text(words)
    running = subprocess.Popen(["nginx", "-p", place, "-c", place / "nginx.conf"], stderr=subprocess.PIPE)
    try:
        _wait_for(port, running)
        yield port
    finally:
        running.terminate()
        running.communicate(timeout=GUARD_S)


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    def listens() -> bool:
        if running.poll() is not None:
            raise AssertionError(running.stderr.read().decode() if running.stderr else "nginx ended")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            return False
        return True

    wait_until(listens, "nginx")
