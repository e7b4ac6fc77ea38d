"""Every door of the site, who may use it, and what its kind of request may do; listed here in both directions."""

import json
from pathlib import Path

from flask import Flask

from ceu.web.access import access_of

LIST = Path(__file__).with_name("routes.json")


def _routes(app: Flask) -> dict[str, str]:
    found = {}
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))  # type: ignore[operator]
        found[f"{methods} {rule.rule}"] = str(access_of(app, rule.endpoint))
    return dict(sorted(found.items()))


def test_the_list_of_routes_is_true(site: Flask) -> None:
    """A new, removed or differently guarded route must be entered in routes.json, where a reviewer sees it."""
    assert _routes(site) == json.loads(LIST.read_text())


def test_addresses_are_kebab_case(site: Flask) -> None:
    for rule in site.url_map.iter_rules():
        fixed = [part for part in rule.rule.split("/") if part and "<" not in part]
        assert all(part == part.lower() and "_" not in part for part in fixed), rule.rule


def test_only_and_all_posting_views_commit(site: Flask) -> None:
    for rule in site.url_map.iter_rules():
        view = site.view_functions[rule.endpoint]
        changes = bool(rule.methods & {"POST", "PUT", "PATCH", "DELETE"})  # type: ignore[operator]
        assert getattr(view, "commits", False) is changes, (
            f"{rule.endpoint}: @commits and its methods disagree"
        )
