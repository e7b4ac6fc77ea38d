"""What the list of rule packs and the page of coverage show: packs by country and place, and how sure they are. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ceu.adapters.rulepacks import CoverageEntry
from ceu.domain.dates import day_text
from ceu.licenses.packs import in_order_of_places, pack_name
from ceu.licenses.words import JURISDICTION_LABELS
from ceu.rules.pack import Cited, Pack, Version
from ceu.rules.words import STATUS_LABELS

KIND_LABELS = {"experience": "Supervised experience", "ce": "Continuing education"}
SHORT_LABELS = STATUS_LABELS | {"secondary": "secondary"}
STATE_LABELS = {"encoded": "Encoded", "partly": "Partly encoded", "planned": "Planned, not yet encoded"}


# ---- versions and how sure they are ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sureness:
    """How many values are of one status, in words."""

    status: str
    label: str
    number: int


def shown_version(pack: Pack, wanted: str | None, today: date) -> Version | None:
    """The version asked for, or None where there is none; unasked, the one in force, else the last."""
    if wanted is not None:
        return next((version for version in pack.versions if version.id == wanted), None)
    return pack.version_on(today) or pack.versions[-1]


def range_text(version: Version) -> str:
    """When a version is in force: "from 1 Jan 2026", "1 Jan 2020 to 31 Dec 2025"."""
    if version.ends is None:
        return f"from {day_text(version.begins)}"
    return f"{day_text(version.begins)} to {day_text(version.ends)}"


def cited_values(pack: Pack, version: Version) -> Iterator[Cited]:
    """Everything said on somebody's authority: rules, first day, points left open, the renewal cycle."""
    yield version.covers_from
    if pack.cycle:
        yield pack.cycle
    yield from version.rules()
    yield from pack.policies.values()


def counts(pack: Pack, version: Version) -> tuple[Sureness, ...]:
    """How many values are of each status, in the order of STATUS_LABELS."""
    found: Counter[str] = Counter(cited.status for cited in cited_values(pack, version))
    return _sureness(found)


def _sureness(found: Mapping[str, int]) -> tuple[Sureness, ...]:
    return tuple(Sureness(status, label, found.get(status, 0)) for status, label in STATUS_LABELS.items())


def counts_text(found: Iterable[Sureness], labels: Mapping[str, str] = STATUS_LABELS) -> str:
    """The numbers in a line, those that are none left out: "20 verified, 3 assumed"."""
    return ", ".join(f"{one.number} {labels[one.status]}" for one in found if one.number)


def as_of_text(pack: Pack, version: Version) -> str:
    """The age of the texts in which the values were read."""
    days = [cited.as_of for cited in cited_values(pack, version)]
    first, last = day_text(min(days)), day_text(max(days))
    return first if first == last else f"{first} to {last}"


# ---- the library -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PackLink:
    """One pack in the list; ``note`` says that none of its versions is in force today."""

    pack_id: str
    text: str
    sure: str
    note: str | None


@dataclass(frozen=True)
class LicenseRow:
    """The packs of one license: of the experience before it, and of its renewal."""

    license: str
    board: str
    experience: tuple[PackLink, ...]
    ce: tuple[PackLink, ...]


@dataclass(frozen=True)
class Shelf:
    """The licenses of one jurisdiction; ``anchor`` is its place on the page."""

    anchor: str
    jurisdiction: str
    rows: tuple[LicenseRow, ...]


@dataclass(frozen=True)
class Country:
    """The jurisdictions of one country that have rules."""

    anchor: str
    name: str
    shelves: tuple[Shelf, ...]

    @property
    def size(self) -> int:
        """How many licenses it has."""
        return sum(len(shelf.rows) for shelf in self.shelves)


def countries(packs: Iterable[Pack], today: date) -> tuple[Country, ...]:
    """Packs by country, jurisdiction and license."""
    by_place: dict[str, dict[str, list[Pack]]] = {}
    for pack in in_order_of_places(packs):
        country = pack.jurisdiction.partition("-")[0]
        by_place.setdefault(country, {}).setdefault(pack.jurisdiction, []).append(pack)
    return tuple(
        Country(
            country.lower(),
            JURISDICTION_LABELS.get(country, country),
            tuple(_shelf(code, found, today) for code, found in places.items()),
        )
        for country, places in by_place.items()
    )


def _shelf(code: str, packs: Sequence[Pack], today: date) -> Shelf:
    licenses: dict[tuple[str, str], list[Pack]] = {}
    for pack in packs:
        licenses.setdefault((pack.license, pack.board), []).append(pack)
    rows = (
        LicenseRow(
            license_,
            board,
            _links([pack for pack in found if pack.kind == "experience"], today),
            _links([pack for pack in found if pack.kind == "ce"], today),
        )
        for (license_, board), found in licenses.items()
    )
    return Shelf(f"in-{code.lower()}", _place_name(code), tuple(rows))


def _place_name(code: str) -> str:
    """How a place is called under the name of its country."""
    return JURISDICTION_LABELS.get(code, code) if "-" in code else "Nationwide"


def _links(packs: Sequence[Pack], today: date) -> tuple[PackLink, ...]:
    """Packs of one kind and license; several are told apart by their titles."""
    return tuple(
        PackLink(
            pack.id,
            KIND_LABELS[pack.kind] if len(packs) == 1 else pack.title,
            counts_text(counts(pack, pack.version_on(today) or pack.versions[-1]), SHORT_LABELS),
            None if pack.version_on(today) else "No version is in force today.",
        )
        for pack in packs
    )


# ---- coverage ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Covered:
    """How far one pack can be trusted. ``pack_id`` is None where it cannot be read or is only planned."""

    pack_id: str | None
    name: str
    kind: str
    state: str
    verified_on: date
    sure: str
    measures_from: date | None
    verified: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class CoveragePlace:
    """The packs of one jurisdiction; ``anchor`` is its place on the page."""

    anchor: str
    name: str
    packs: tuple[Covered, ...]


@dataclass(frozen=True)
class CoveragePage:
    """How far the library can be trusted: the whole in numbers, then place by place, then what is planned."""

    states: tuple[tuple[str, int], ...]
    sure: tuple[Sureness, ...]
    places: tuple[CoveragePlace, ...]
    without_rules: tuple[Covered, ...]


def coverage_page(packs: Iterable[Pack], entries: Iterable[CoverageEntry], today: date) -> CoveragePage:
    """The register of what has been verified, joined with the packs it speaks of."""
    known = {pack.id: pack for pack in in_order_of_places(packs)}
    entries = list(entries)
    by_pack = {entry.pack: entry for entry in entries}
    places: dict[str, list[Covered]] = {}
    total: Counter[str] = Counter()
    for pack in known.values():
        version = pack.version_on(today) or pack.versions[-1]
        for one in counts(pack, version):
            total[one.status] += one.number
        if entry := by_pack.get(pack.id):
            places.setdefault(pack.jurisdiction, []).append(_covered(entry, pack, today))
    states = Counter(entry.state for entry in entries)
    return CoveragePage(
        states=tuple((label, states[state]) for state, label in STATE_LABELS.items()),  # type: ignore[index]
        sure=_sureness(total),
        places=tuple(
            CoveragePlace(f"in-{code.lower()}", JURISDICTION_LABELS.get(code, code), tuple(found))
            for code, found in places.items()
        ),
        without_rules=tuple(_covered(entry, None, today) for entry in entries if entry.pack not in known),
    )


def _covered(entry: CoverageEntry, pack: Pack | None, today: date) -> Covered:
    version = (pack.version_on(today) or pack.versions[-1]) if pack else None
    return Covered(
        pack_id=pack.id if pack else None,
        name=pack_name(pack) if pack else entry.pack,
        kind=KIND_LABELS[pack.kind] if pack else "",
        state=STATE_LABELS[entry.state],
        verified_on=entry.verified_on,
        sure=counts_text(counts(pack, version)) if pack and version else "",
        measures_from=version.covers_from.day if version else None,
        verified=entry.verified,
        open=entry.open,
    )
