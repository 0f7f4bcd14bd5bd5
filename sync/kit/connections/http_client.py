"""The HTTP client of a kit: whatever it fetches or sends over HTTP goes through here.

Redirects are not followed, nothing is unpacked, no cookie is kept, and proxies or passwords from the environment do not
count: kit.toml names the server, and signatures vouch for what it says.
"""

import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from data.text import Message, _

LINE_ERRORS = (httpx.TransportError, httpx.InvalidURL, ValueError)
"""What asking a server may raise. ValueError: a name that cannot be that of a server, or of a certificate."""

_WHY: dict[type[Exception], Message] = {
    httpx.ConnectTimeout: _("the server does not answer"),
    httpx.ReadTimeout: _("the server stopped sending or became too slow"),
    httpx.WriteTimeout: _("the server accepts no more data"),
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


def describe_line_error(error: Exception) -> str:
    """What one of `LINE_ERRORS` says, in words; the system's own where it was an error of the system."""
    if type(error) in _WHY:
        return _WHY[type(error)]
    if not isinstance(error, httpx.NetworkError | ValueError):
        return str(error) or _BROKE
    cause = _system_error(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _("the server's certificate is not accepted: {verify_message}", verify_message=cause.verify_message)
    return (cause and cause.strerror) or _BROKE


def _system_error(error: BaseException | None) -> OSError | None:
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__ or error.__context__
    return error
