"""Content packages as authoring programs write them: what a SCORM 1.2, SCORM 2004 or cmi5 package says it holds.

SCORM: ``imsmanifest.xml``, Content Aggregation Model (1.2, and 2004 3rd and 4th edition). cmi5: ``cmi5.xml``, the course
structure of the Quartz edition (sections 13 and 14). What a package asks that this site does not do (sequencing,
prerequisites) is not hidden: it stands in ``Manifest.unheeded``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from ceu.adapters.archives import Archive
from ceu.adapters.tables import refused
from ceu.adapters.xml import Element, child, children, local, read_xml, text_at

Standard = Literal["scorm12", "scorm2004", "cmi5"]
Kind = Literal["heading", "asset", "sco", "au"]

SCORM_MANIFEST, CMI5_MANIFEST = "imsmanifest.xml", "cmi5.xml"
MOST_ITEMS = 2_000  # cmi5, section 6.1, asks for more than 1,000
LONGEST_ID, LONGEST_TITLE, LONGEST_DATA = 400, 300, 65_536
LARGEST_MANIFEST = 5 * 2**20

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")

MOVE_ON = ("Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed", "NotApplicable")
"""cmi5, section 13.1.4; the last is the default."""

LAUNCH_PARAMETERS = ("endpoint", "fetch", "actor", "registration", "activityId")
"""What a cmi5 part is told in its address (section 8.1), so that its own query may not use these names."""

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_FOUR_PLACES = re.compile(r"-?\d+(\.\d{1,4}0*)?")


@dataclass(frozen=True)
class Item:
    """One line of a package's table of contents: a heading, or a part that can be opened.

    ``href`` is its page inside the package, with query and fragment. ``mastery`` is the score to pass, as the package writes it:
    0 to 100 in SCORM 1.2, -1 to 1 in 2004, 0 to 1 in cmi5.
    """

    id: str
    title: str
    depth: int
    kind: Kind
    href: str = ""
    mastery: str | None = None
    completion_threshold: str | None = None
    launch_data: str = ""
    max_time: str = ""
    time_limit_action: str = ""
    move_on: str = "NotApplicable"
    entitlement_key: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a package holds. ``unheeded`` names, in words, what it asks of a player and this site does not do.

    ``id`` is the publisher's own for a cmi5 course.
    """

    standard: Standard
    title: str
    items: tuple[Item, ...]
    unheeded: tuple[str, ...] = field(default=())
    id: str = ""

    @property
    def parts(self) -> tuple[Item, ...]:
        """The items that can be opened."""
        return tuple(item for item in self.items if item.kind != "heading")

    def part(self, item_id: str) -> Item | None:
        """The part of this id, or None."""
        return next((item for item in self.parts if item.id == item_id), None)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def manifest_from_json(data: Mapping[str, Any]) -> Manifest:
    """A manifest as ``as_json`` wrote it."""
    items = tuple(Item(**item) for item in data["items"])
    return Manifest(data["standard"], data["title"], items, tuple(data["unheeded"]), data.get("id", ""))


def read_manifest(archive: Archive) -> Manifest:
    """What an uploaded package holds. Raises DomainError with a sentence when it is no package, or one that cannot play."""
    if CMI5_MANIFEST in archive:
        return _checked(_cmi5(_root(archive, CMI5_MANIFEST)), archive)
    if SCORM_MANIFEST in archive:
        return _checked(_scorm(_root(archive, SCORM_MANIFEST)), archive)
    deeper = next((name for name in archive.names if name.endswith(f"/{SCORM_MANIFEST}")), None)
    if deeper:
        raise refused(
            f"The list of contents lies in “{deeper}”, one folder too deep. Pack what is inside that folder, not the folder."
        )
    raise refused(
        f"This ZIP file holds neither {SCORM_MANIFEST} nor {CMI5_MANIFEST}, so it is no package that plays. "
        "Export it from your authoring program as SCORM 1.2, SCORM 2004 or cmi5."
    )


def _root(archive: Archive, name: str) -> Element:
    if archive.size(name) > LARGEST_MANIFEST:
        raise refused(f"{name} is larger than {LARGEST_MANIFEST // 2**20} MB, as no list of contents is.")
    return read_xml(archive.read(name))


def _checked(manifest: Manifest, archive: Archive) -> Manifest:
    if not manifest.parts:
        raise refused("This package lists nothing that can be opened. Export it again.")
    if len(manifest.items) > MOST_ITEMS:
        raise refused(f"This package lists more than {MOST_ITEMS} parts. Divide it.")
    seen: set[str] = set()
    for item in manifest.items:
        if not item.id or item.id in seen or len(item.id) > LONGEST_ID:
            raise refused(f"The part “{item.title}” has no identifier of its own. Export the package again.")
        seen.add(item.id)
        if item.kind != "heading":
            _check_page(item, archive)
    return manifest


def _check_page(item: Item, archive: Archive) -> None:
    where = urlsplit(item.href)
    if where.scheme or where.netloc or item.href.startswith("/"):
        raise refused(
            f"The part “{item.title}” opens {item.href[:80]}, a page outside the package. "
            "Export a package that carries its own pages."
        )
    if unquote(where.path) not in archive:
        raise refused(
            f"The part “{item.title}” opens “{where.path[:80]}”, which the package does not hold. Export it again."
        )


# ---- SCORM -----------------------------------------------------------------------------------------------------------


def _scorm(root: Element) -> Manifest:
    standard = _edition(root)
    organizations = child(root, "organizations")
    listed = [] if organizations is None else list(children(organizations, "organization"))
    if organizations is None or not listed:
        raise refused("This package has no table of contents (organization). Export it again as SCORM.")
    default = organizations.get("default")
    organization = next((each for each in listed if each.get("identifier") == default), listed[0])
    resources = _resources(root)
    items = tuple(
        _scorm_item(element, depth, resources, standard) for element, depth in _visible(organization, 0)
    )
    title = text_at(organization, "title").strip() or items[0].title if items else ""
    return Manifest(standard, _short(title) or "Package", items, _unheeded(root))


def _edition(root: Element) -> Standard:
    """By the schema version the manifest names, or else by its namespaces."""
    if local(root) != "manifest":
        raise refused(
            f"{SCORM_MANIFEST} begins with <{local(root)}>, which is no SCORM manifest. Export it again."
        )
    version = text_at(root, "metadata", "schemaversion").strip()
    if version == "1.2":
        return "scorm12"
    if version.startswith("2004") or version in {"CAM 1.3", "1.3"}:
        return "scorm2004"
    spaces = " ".join(str(uri) for element in root.iter() if local(element) for uri in element.nsmap.values())
    if "adlcp_v1p3" in spaces:
        return "scorm2004"
    if "adlcp_rootv1p2" in spaces or "imscp_rootv1p1p2" in spaces:
        return "scorm12"
    raise refused(
        f"{SCORM_MANIFEST} does not say which SCORM it is{f' (“{version[:40]}”)' if version else ''}. "
        "Export the package as SCORM 1.2 or SCORM 2004."
    )


def _visible(parent: Element, depth: int) -> Iterator[tuple[Element, int]]:
    for element in children(parent, "item"):
        if element.get("isvisible", "true") != "false" or element.get("identifierref"):
            yield element, depth
        yield from _visible(element, depth + 1)


def _resources(root: Element) -> dict[str, tuple[str, str]]:
    """By its identifier: where a resource's page lies, and whether it is a sco or an asset."""
    outer = child(root, "resources")
    if outer is None:
        return {}
    found = {}
    for element in children(outer, "resource"):
        base = urljoin(urljoin(root.get(_XML_BASE, ""), outer.get(_XML_BASE, "")), element.get(_XML_BASE, ""))
        kind = _attribute(element, "scormtype").lower()
        href = element.get("href", "").strip()
        found[element.get("identifier", "")] = (
            urljoin(base, href) if href else "",
            "asset" if kind == "asset" else "sco",
        )
    return found


def _scorm_item(
    element: Element, depth: int, resources: Mapping[str, tuple[str, str]], standard: Standard
) -> Item:
    title = _short(text_at(element, "title")) or "Untitled part"
    reference = element.get("identifierref", "")
    href, kind = resources.get(reference, ("", "sco"))
    if reference and not href:
        raise refused(f"The part “{title}” names a resource the package does not describe. Export it again.")
    if not reference:
        return Item(element.get("identifier", ""), title, depth, "heading")
    mastery = _mastery_12(element) if standard == "scorm12" else _mastery_2004(element)
    return Item(
        id=element.get("identifier", ""),
        title=title,
        depth=depth,
        kind="asset" if kind == "asset" else "sco",
        href=_with_parameters(href, element.get("parameters", "")),
        mastery=mastery,
        completion_threshold=_completion_threshold(element),
        launch_data=(text_at(element, "datafromlms") or text_at(element, "dataFromLMS"))[:LONGEST_DATA],
        max_time=text_at(element, "maxtimeallowed").strip() or _limit(element),
        time_limit_action=(
            text_at(element, "timelimitaction") or text_at(element, "timeLimitAction")
        ).strip(),
    )


def _mastery_12(element: Element) -> str | None:
    return _number(text_at(element, "masteryscore"), 0, 100)


def _mastery_2004(element: Element) -> str | None:
    objective = child(element, "sequencing", "objectives", "primaryObjective")
    if objective is None or objective.get("satisfiedByMeasure", "false") != "true":
        return None
    return _number(text_at(objective, "minNormalizedMeasure") or "1.0", -1, 1)


def _completion_threshold(element: Element) -> str | None:
    """3rd edition: the element's text; 4th: its ``minProgressMeasure`` when ``completedByMeasure``."""
    threshold = child(element, "completionThreshold")
    if threshold is None:
        return None
    if threshold.get("completedByMeasure") == "true":
        return _number(threshold.get("minProgressMeasure", "1.0"), 0, 1)
    return _number("".join(threshold.itertext()), 0, 1)


def _limit(element: Element) -> str:
    conditions = child(element, "sequencing", "limitConditions")
    return "" if conditions is None else str(conditions.get("attemptAbsoluteDurationLimit", ""))


def _with_parameters(href: str, parameters: str) -> str:
    """A page's address with its item's parameters, as the Content Aggregation Model joins them (3.4.1.11)."""
    parameters = parameters.strip().lstrip("?&")
    if not parameters:
        return href
    if parameters.startswith("#"):
        return href if "#" in href else href + parameters
    return f"{href}{'&' if '?' in href else '?'}{parameters}"


def _unheeded(root: Element) -> tuple[str, ...]:
    asked = {local(element) for element in root.iter() if local(element)}
    words = []
    if asked & {"sequencingRules", "rollupRules", "controlMode"}:
        words.append("Its sequencing rules: every part can be opened from the list, in any order.")
    if "prerequisites" in asked:
        words.append("Its prerequisites: every part can be opened from the list, in any order.")
    return tuple(words)


def _attribute(element: Element, name: str) -> str:
    """An attribute whatever its namespace and capitals: ``adlcp:scormtype``, ``adlcp:scormType``."""
    return next(
        (str(value) for key, value in element.attrib.items() if key.rpartition("}")[2].lower() == name), ""
    )


# ---- cmi5 ------------------------------------------------------------------------------------------------------------


def _cmi5(root: Element) -> Manifest:
    course = child(root, "course")
    if local(root) != "courseStructure" or course is None:
        raise refused(f"{CMI5_MANIFEST} describes no course. Export the package again as cmi5.")
    items = tuple(_cmi5_item(element, depth) for element, depth in _units(root, 0))
    title = _short(_words(course, "title")) or "Package"
    for name, identifier in ((title, _id(course)), *((item.title, item.id) for item in items)):
        if not IRI.fullmatch(identifier):
            raise refused(
                f"“{name}” has the identifier “{identifier[:80]}”, which is no IRI as cmi5 asks. Export it again."
            )
    wants_window = any(element.get("launchMethod") == "OwnWindow" for element, _ in _units(root, 0))
    unheeded = ("A window of its own: it plays in a frame of this site's page.",) if wants_window else ()
    return Manifest("cmi5", title, items, unheeded, _id(course))


def _id(element: Element) -> str:
    return str(element.get("id", "")).strip()


def _units(parent: Element, depth: int) -> Iterator[tuple[Element, int]]:
    for element in children(parent, "au", "block"):
        yield element, depth
        yield from _units(element, depth + 1)


def _cmi5_item(element: Element, depth: int) -> Item:
    title = _short(_words(element, "title")) or "Untitled part"
    if local(element) == "block":
        return Item(_id(element), title, depth, "heading")
    move_on = element.get("moveOn", "NotApplicable").strip()
    if move_on not in MOVE_ON:
        raise refused(
            f"The part “{title}” has the moveOn “{move_on[:40]}”, which cmi5 does not know. Export it again."
        )
    mastery = (element.get("masteryScore") or "").strip() or None
    if mastery is not None and (_number(mastery, 0, 1) is None or not _FOUR_PLACES.fullmatch(mastery)):
        raise refused(
            f"The part “{title}” has the mastery score “{mastery[:40]}”; cmi5 knows 0 to 1 with four places."
        )
    href = text_at(element, "url").strip()
    if taken := {name for name, _ in parse_qsl(urlsplit(href).query, True)} & set(LAUNCH_PARAMETERS):
        raise refused(
            f"The address of the part “{title}” uses the name “{min(taken)}”, which cmi5 keeps for itself. Export it again."
        )
    return Item(
        id=_id(element),
        title=title,
        depth=depth,
        kind="au",
        href=href,
        mastery=mastery,
        launch_data=text_at(element, "launchParameters").strip()[:LONGEST_DATA],
        move_on=move_on,
        entitlement_key=text_at(element, "entitlementKey").strip()[:LONGEST_TITLE],
    )


def _words(element: Element, name: str) -> str:
    """A text in English, or in the first language it is written in."""
    written = child(element, name)
    if written is None:
        return ""
    texts = list(children(written, "langstring"))
    chosen = next((each for each in texts if each.get("lang", "").startswith("en")), None)
    return "".join((chosen if chosen is not None else (texts or [written])[0]).itertext())


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE]


def _number(text: str, least: int, most: int) -> str | None:
    """The text if it is a number within bounds, else None."""
    text = text.strip()
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return text if value.is_finite() and least <= value <= most else None
