"""Under which conditions a package's files run in a browser. Pure.

A package is a stranger's program. Its pages have an origin of their own that nothing else has (``sandbox`` without
``allow-same-origin``), so that they reach neither this site's pages nor anybody's cookies; they may fetch nothing but the
files beside them; and the page around them lets their frame show nothing else.
"""

from markupsafe import escape

SANDBOX = "allow-scripts allow-forms"


def content_policy(own: str, site: str, scripts: tuple[str, ...] = ()) -> str:
    """The policy of every file of a package: ``own`` is the address before its files, ``scripts`` the run-time's."""
    return "; ".join(
        (
            f"sandbox {SANDBOX}",
            f"default-src {own} 'unsafe-inline' 'unsafe-eval' data: blob:",
            f"script-src {' '.join((own, *scripts))} 'unsafe-inline' 'unsafe-eval' data: blob:",
            f"base-uri {own}",
            "form-action 'none'",
            f"frame-ancestors {site}",
        )
    )


def run_time_tags(library: str, ours: str, *, standard: str, site: str, state: str) -> str:
    """The scripts that give a page its run-time, with the state (JSON) it begins with."""
    return (
        f'<script src="{escape(library)}"></script>'
        f'<script src="{escape(ours)}" data-standard="{escape(standard)}" data-site="{escape(site)}" '
        f'data-state="{escape(state)}"></script>'
    )
