"""TLS for a thin line: one context for as long as a process lives, which resumes the newest session of each host.

A full handshake costs about 2 KB more than a resumed one. A session is a shortcut to keys that the host proved it
holds in a handshake before; it vouches for nothing that a signature has to.
"""

import ssl
from pathlib import Path
from socket import socket
from typing import Any, Self

import certifi

from data.errors import SettingsError, describe_os_error
from data.text import Message, _
from sync.limits import LIMITS

_GROUP = "X25519"
"""One key share of 32 bytes; every server of TLS 1.3 that is in use knows it."""


class ResumingContext(ssl.SSLContext):
    """A client's context that keeps the newest session of each host and offers it at the next connection."""

    def __new__(cls) -> Self:
        """A context that verifies names and certificates."""
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self) -> None:
        self.sslsocket_class = _RememberingSocket
        self.minimum_version = ssl.TLSVersion.TLSv1_2
        self.set_alpn_protocols(["http/1.1"])
        self._sessions: dict[str, ssl.SSLSession] = {}

    def wrap_socket(self, sock: socket, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        """As the standard one, with the session of that host unless another is given, and with time for a slow line."""
        sock.settimeout(LIMITS.read_timeout_s)
        host = options.get("server_hostname")
        options.setdefault("session", self._sessions.get(host) if isinstance(host, str) else None)
        return super().wrap_socket(sock, *arguments, **options)

    def keep(self, host: str, session: ssl.SSLSession) -> None:
        """Go on with `session` at the next connection to `host`."""
        self._sessions[host] = session


def tls_context(authority: str = "", certificate: str = "", key: str = "") -> ResumingContext:
    """A context for the servers of one kit.

    All are PEM files: `authority` the certificates that sign the server's (empty for the public ones), `certificate`
    and `key` the kit's own, where a server asks for one.

    Raises:
        SettingsError: a file is not there or not what it is said to be.
    """
    context = ResumingContext()
    context.set_ecdh_curve(_GROUP)
    _load(authority or certifi.where(), lambda: context.load_verify_locations(authority or certifi.where()))
    if certificate:
        _load(certificate, lambda: context.load_cert_chain(certificate, key, password=_no_passphrase))
    return context


class _RememberingSocket(ssl.SSLSocket):
    """Hands its session to its context when it is closed: by then the server's tickets have come."""

    def close(self) -> None:
        session, host = (self.session, self.server_hostname) if self.version() else (None, None)
        if session is not None and session.has_ticket and isinstance(host, str):
            if isinstance(self.context, ResumingContext):
                self.context.keep(host, session)
        super().close()


def _explain(error: OSError | ValueError) -> str | Message:
    """Why, in the words of the system or of OpenSSL, which name no secret."""
    return getattr(error, "reason", None) or describe_os_error(error)


def _load(file: str, load: Any) -> None:
    try:
        load()
    except (OSError, ssl.SSLError, ValueError) as error:
        raise SettingsError(
            _("The certificate file {file} cannot be used ({reason})", file=Path(file), reason=_explain(error)),
            means=_("No connection was made."),
            do=_("Check `authority`, `certificate` and `key` under [courier] in kit.toml"),
        ) from error


def _no_passphrase() -> str:
    raise ValueError  # OpenSSL would ask on the terminal
