"""The HTTP client of a kit: whatever it fetches or sends over HTTP goes through here.

Redirects are not followed, nothing is unpacked, no cookie is kept, and proxies or passwords from the environment do not
count: kit.toml names the server, and signatures vouch for what it says. A server that asks us to wait (Retry-After, RFC
9110, 10.2.3) is not asked again before, within our own bounds.
"""

import ssl
from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from data.clock import read_system_time
from data.errors import AskedToWait, LinkError, describe_os_error
from data.text import Message, _
from sync.limits import LIMITS

LINE_ERRORS = (httpx.TransportError, httpx.InvalidURL)
"""What asking a server may raise."""

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
TRIED_AGAIN = _("The kit tries again at the next run")


def open_client(transport: httpx.BaseTransport) -> httpx.Client:
    """A client over `transport`; it sends as few headers as possible, because each byte costs."""
    client = httpx.Client(
        transport=transport,
        auth=httpx.Auth(),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers={"accept-encoding": "identity", "user-agent": "waypost"},
        trust_env=False,
        event_hooks={"response": [_forget_redirect]},
    )
    for name in ("accept", "connection"):
        del client.headers[name]
    return client


def make_request(
    client: httpx.Client, method: str, url: str, headers: Mapping[str, str], content: Iterator[bytes] | None = None
) -> httpx.Request:
    """A request to send with `client`; httpx.InvalidURL where `url` is not the address of a server."""
    try:
        request = client.build_request(method, url, headers=headers, content=content)
        for host in (request.url.host, request.url.raw_host.decode("ascii")):
            host.encode("idna")  # as it is when the name is looked up
    except UnicodeError as error:
        raise httpx.InvalidURL(str(error)) from error
    return request


def _forget_redirect(response: httpx.Response) -> None:
    """Keep httpx from preparing to follow a redirect: it would raise UnicodeError for some addresses."""
    response.headers.pop("location", None)


def describe_line_error(error: Exception) -> Message:
    """What one of `LINE_ERRORS` means; the system's own words where it was an error of the system.

    httpx's own message is for programmers and is not shown; the log has the class.
    """
    if type(error) in _WHY:
        return _WHY[type(error)]
    cause = _system_error(error) if isinstance(error, httpx.NetworkError) else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _("the server's certificate is not accepted: {verify_message}", verify_message=cause.verify_message)
    return describe_os_error(cause, _BROKE) if cause else _BROKE


def seconds_to_wait(retry_after: str, date: str = "", most: timedelta = LIMITS.asked_wait_most) -> float | None:
    """Seconds, or None where the header says nothing that can be read.

    A date is compared with the server's own `date`, since this machine's clock may be wrong.
    """
    text = retry_after.strip()
    most_s = most.total_seconds()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), most_s)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(date) if date else read_system_time()
        return min(max(0.0, (until - now).total_seconds()), most_s)
    except (ValueError, TypeError, OverflowError):
        return None


def refusal_error(
    response: httpx.Response, answered: Message, *, means: Message, most: timedelta = LIMITS.asked_wait_most
) -> LinkError:
    """The error for an answer that is no success, told by `answered`; AskedToWait where it says for how long."""
    headers = response.headers
    wait_s = seconds_to_wait(headers.get("retry-after", ""), headers.get("date", ""), most)
    if wait_s is None:
        return LinkError(answered, means=means, do=TRIED_AGAIN)
    return AskedToWait(
        _("{answer}; it asks the kit to wait {seconds} s", answer=answered, seconds=f"{wait_s:.0f}"),
        wait_s,
        means=means,
        do=_("The kit tries again then"),
    )


def _system_error(error: BaseException | None) -> OSError | None:
    while error is not None and not isinstance(error, OSError):
        error = error.__cause__ or error.__context__
    return error
