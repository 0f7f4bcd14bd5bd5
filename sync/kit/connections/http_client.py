"""The HTTP client of a kit: whatever it fetches or sends over HTTP goes through here.

Redirects are not followed, nothing is unpacked, no cookie is kept, and proxies or passwords from the environment do not
count: kit.toml names the server, and signatures vouch for what it says.
"""

import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from data.text import Message, _, join

LINE_ERRORS = (httpx.TransportError, httpx.InvalidURL, ValueError)
"""What asking a server may raise. ValueError: a name that cannot be that of a server, or of a certificate."""

_WHY: dict[type[Exception], Message] = {
    httpx.ConnectTimeout: _("the server does not answer"),
    httpx.ReadTimeout: _("the server stopped sending or became too slow"),
    httpx.WriteTimeout: _("the server accepts no more data"),
    httpx.PoolTimeout: _("an earlier transfer is still in progress"),
    httpx.RemoteProtocolError: _("the server ended the connection too early or did not answer in HTTP"),
    httpx.InvalidURL: _("the address is not that of a server"),
    httpx.UnsupportedProtocol: _("the address is not that of a server"),
}
_BROKE = _("the connection broke")


def open_client(transport: httpx.BaseTransport) -> httpx.Client:
    """A client over `transport`; it sends as few headers as possible, because each byte costs."""
    client = httpx.Client(
        transport=transport,
        auth=httpx.Auth(),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"accept-encoding": "identity", "user-agent": "waypost"},
        trust_env=False,
    )
    for name in ("accept", "connection"):
        del client.headers[name]
    return client


def describe_line_error(error: Exception) -> Message:
    """What one of `LINE_ERRORS` means; the system's own words where it was an error of the system.

    What httpx says of it is for programmers, and is nowhere; the log has the class.
    """
    if type(error) in _WHY:
        return _WHY[type(error)]
    cause = _system_error(error) if isinstance(error, httpx.NetworkError | ValueError) else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _("the server's certificate is not accepted: {verify_message}", verify_message=cause.verify_message)
    return join([cause.strerror]) if cause and cause.strerror else _BROKE


def _system_error(error: BaseException | None) -> OSError | None:
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__ or error.__context__
    return error
