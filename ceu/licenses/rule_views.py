"""The public rule library: every pack of rules, readable beside the statute without an account."""

from functools import lru_cache

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.adapters.rulepacks import CoverageEntry, PackError, PackLibrary
from ceu.domain.errors import NotFound
from ceu.licenses.packs import find_pack, jurisdiction_name, pack_name
from ceu.licenses.rule_examples import ExampleGroup, example_groups
from ceu.licenses.rule_library import (
    KIND_LABELS,
    STATE_LABELS,
    countries,
    coverage_page,
    range_text,
    shown_version,
)
from ceu.licenses.rule_pages import pack_page
from ceu.rules.pack import Pack, Version
from ceu.web.access import public
from ceu.web.outside import outside, today

rules = Blueprint("rules", __name__)

Page = str | Response | tuple[str, int]


@rules.get("/rules")
@public
def library() -> Page:
    """Every pack by country and place, how sure its values are; or those of one kind."""
    packs = outside().packs
    kind = request.args.get("kind")
    if kind is not None and kind not in KIND_LABELS:
        raise NotFound
    shown = [pack for pack in packs.all() if kind in {None, pack.kind}]
    return render_template(
        "rules/library.html",
        countries=countries(shown, today()),
        tabs_of_kinds=[_tab(None, "All", kind), *(_tab(*each, kind) for each in KIND_LABELS.items())],
        unreadable=[pack_id for pack_id in packs.refused if pack_id not in packs.last_good],
        older=list(packs.last_good),
    )


def _tab(kind: str | None, label: str, shown: str | None) -> dict[str, object]:
    return {
        "label": label,
        "url": url_for("rules.library", kind=kind),
        "current": kind == shown,
        "badge": None,
    }


@rules.get("/rules/coverage")
@public
def coverage() -> Page:
    """How far each pack can be trusted: what was verified and when, what is open, what is only planned."""
    packs = outside().packs
    entries = _find_coverage(packs)
    page = None if entries is None else coverage_page(packs.all(), entries, today())
    return render_template("rules/coverage.html", page=page)


@rules.get("/rules/<path:pack_id>")
@public
def pack(pack_id: str) -> Page:
    """One pack in plain words, in the order in which its rules are applied; each rule folded, or all unfolded."""
    packs = outside().packs
    found = find_pack(packs, pack_id)
    if found is None and pack_id in packs.refused:
        return render_template("rules/unreadable.html", pack_id=pack_id), 503
    asked = request.args.get("version")
    version = shown_version(found, asked, today()) if found else None
    if found is None or version is None:
        raise NotFound
    return render_template(
        "rules/pack.html",
        pack=found,
        name=pack_name(found),
        kind=KIND_LABELS[found.kind],
        jurisdiction=jurisdiction_name(found),
        version=version,
        asked_version=asked,
        unfolded=request.args.get("unfold") == "all",
        version_range=range_text(version),
        in_force=found.version_on(today()),
        page=pack_page(found, version),
        examples=_examples(found, version),
        states=STATE_LABELS,
        coverage=[entry for entry in _find_coverage(packs) or () if entry.pack == found.id],
    )


def _examples(pack: Pack, version: Version) -> tuple[ExampleGroup, ...] | None:
    """The cases that prove a version, none where this site has no such files, None when they cannot be read."""
    try:
        return example_groups(pack, version, outside().cases.of(pack.id))
    except PackError:
        return None


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
