"""Under which conditions a package's files run in a browser. Pure.

A package is a stranger's program. Its pages have an origin of their own that nothing else has (``sandbox`` without
``allow-same-origin``), so that they reach neither this site's pages nor anybody's cookies; they may fetch nothing but the
files beside them; and the page around them lets their frame show nothing else.
Frames within the frame have no name by which a policy could allow them to be framed (``frame-ancestors``), so it is the secret in
their address that keeps other sites away.
"""

from markupsafe import escape

SANDBOX = "allow-scripts allow-forms"


def content_policy(own: str, scripts: tuple[str, ...] = (), tells: str = "") -> str:
    """The policy of every file of a package: ``own`` is the address before its files, ``scripts`` the run-time's, ``tells`` where a
    cmi5 package reports.
    """
    return "; ".join(
        (
            f"sandbox {SANDBOX}",
            f"default-src {own} 'unsafe-inline' 'unsafe-eval' data: blob:",
            f"script-src {' '.join((own, *scripts))} 'unsafe-inline' 'unsafe-eval' data: blob:",
            f"base-uri {own}",
            f"connect-src {own} {tells}".rstrip() + " data: blob:",
            "form-action 'none'",
        )
    )


def run_time_tags(scripts: tuple[str, ...], *, standard: str, site: str, own: str, state: str) -> str:
    """The scripts that give a page its run-time, the last of them ours, with the state (JSON) it begins with."""
    *libraries, ours = map(escape, scripts)
    return "".join(
        (
            *(f'<script src="{library}"></script>' for library in libraries),
            f'<script src="{ours}" data-standard="{escape(standard)}" data-site="{escape(site)}" '
            f'data-home="{escape(own)}" data-state="{escape(state)}"></script>',
        )
    )
