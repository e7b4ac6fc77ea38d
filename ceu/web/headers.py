"""Security headers of every answer: nothing from elsewhere, no inline script or style, no framing but where a page allows it."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, request

from ceu.web.principal import find_principal

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
)


def policy(framed_by: Iterable[str] = (), sends_to: Iterable[str] = (), shows: str | None = None) -> str:
    """The content security policy of a page that the sites at these addresses may frame, and whose forms may go to those.

    A frame in the page may go to addresses that begin with ``shows``, and nowhere else.
    """
    ancestors = " ".join(sorted(map(origin_of, framed_by))) or "'none'"
    actions = " ".join(["'self'", *sorted(map(origin_of, sends_to))])
    frames = (f"frame-src {shows}",) if shows else ()
    return "; ".join((*_POLICY, f"form-action {actions}", f"frame-ancestors {ancestors}", *frames))


def origin_of(address: str) -> str:
    """Scheme and host of an address; raises ValueError where it could say more than that to a policy.

    >>> origin_of("https://lms.example.org/auth?x=1")
    'https://lms.example.org'
    """
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme != "https" or not parts.hostname or not set(origin).isdisjoint(" ;,'\"*@"):
        raise ValueError(f"{address!r} has no origin that a policy can name.")
    return origin


def install_headers(app: Flask) -> None:
    """Set the headers on every answer; pages of a signed-in person are never kept by a cache."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy())
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint != "static" and find_principal() is not None:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
