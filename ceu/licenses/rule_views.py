"""The public rule library: every pack of rules, readable beside the statute without an account."""

from functools import lru_cache

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from ceu.adapters.rulepacks import CoverageEntry, PackError, PackLibrary
from ceu.domain.errors import NotFound
from ceu.licenses.packs import find_pack, pack_name
from ceu.licenses.rule_pages import (
    KIND_LABELS,
    jurisdiction_text,
    pack_page,
    range_text,
    shelves,
    shown_version,
)
from ceu.rules.words import STATUS_LABELS
from ceu.web.access import public
from ceu.web.outside import outside, today

rules = Blueprint("rules", __name__)

Page = str | Response | tuple[str, int]

STATUSES = [label.capitalize() for label in STATUS_LABELS.values()]
COLUMNS = [
    "License",
    "Board",
    "Version in force",
    *({"label": label, "numeric": True} for label in STATUSES),
    "Read as of",
]


@rules.get("/rules")
@public
def library() -> Page:
    """Every pack by jurisdiction and kind, how sure its values are, and what has been verified."""
    packs = outside().packs
    coverage = _find_coverage(packs)
    titles = {pack.id: pack.title for pack in packs.all()}
    return render_template(
        "rules/library.html",
        shelves=shelves(packs.all(), today()),
        statuses=STATUSES,
        columns=COLUMNS,
        unreadable=list(packs.refused),
        coverage=None if coverage is None else [(entry, titles.get(entry.pack)) for entry in coverage],
    )


@rules.get("/rules/<path:pack_id>")
@public
def pack(pack_id: str) -> Page:
    """One pack in plain words, in the order in which its rules are applied."""
    packs = outside().packs
    if pack_id in packs.refused:
        return render_template("rules/unreadable.html", pack_id=pack_id), 503
    found = find_pack(packs, pack_id)
    version = shown_version(found, request.args.get("version"), today()) if found else None
    if found is None or version is None:
        raise NotFound
    return render_template(
        "rules/pack.html",
        pack=found,
        name=pack_name(found),
        kind=KIND_LABELS[found.kind],
        jurisdiction=jurisdiction_text(found),
        version=version,
        version_range=range_text(version),
        in_force=found.version_on(today()),
        page=pack_page(found, version),
        coverage=[entry for entry in _find_coverage(packs) or () if entry.pack == found.id],
    )


def _find_coverage(packs: PackLibrary) -> tuple[CoverageEntry, ...] | None:
    """What has been verified, or None when the register cannot be read: the pages then say so."""
    try:
        return _coverage(packs)
    except PackError:
        return None


@lru_cache(maxsize=4)
def _coverage(packs: PackLibrary) -> tuple[CoverageEntry, ...]:
    """The register, read once per library, like the packs themselves."""
    return packs.coverage()
