"""The rule packs as features ask for them: by id, without failing when one is missing or broken."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from ceu.adapters.rulepacks import PackError, PackLibrary
from ceu.domain.dates import MONDAY, SUNDAY, day_text
from ceu.licenses.words import JURISDICTION_LABELS
from ceu.rules.language import Is, parts_of
from ceu.rules.pack import Pack, Version


def find_pack(packs: PackLibrary, pack_id: str) -> Pack | None:
    """The pack of that id, or None when it is missing or cannot be read: pages then say so."""
    try:
        return packs.get(pack_id)
    except (KeyError, PackError):
        return None


def last_good_words(packs: PackLibrary, pack_id: str) -> str | None:
    """That a pack is used in an older text, since when that is kept and why; None where its file is good (or nothing is)."""
    found = packs.last_good.get(pack_id)
    if found is None:
        return None
    return (
        f"The newest file of these rules cannot be read (line {found.error.line}: {found.error.what.rstrip('.')})."
        f" Until it is mended, the last good text is in use, which this site has kept since {day_text(found.since.date())}."
    )


def packs_of_kind(packs: PackLibrary, kind: Literal["experience", "ce"]) -> list[Pack]:
    """The packs for gaining a license ("experience") or for renewing one ("ce"), by id."""
    return [pack for pack in packs.all() if pack.kind == kind]


def pack_name(pack: Pack) -> str:
    """How people call the license of a pack: "California LMFT"."""
    return f"{jurisdiction_name(pack)} {pack.license}"


def names_in_full(packs: Sequence[Pack]) -> list[tuple[str, Pack]]:
    """Packs with names that tell them apart: what a renewal is for, and the title where two would be called the same."""
    names = [f"{pack_name(pack)}{', renewal' if pack.kind == 'ce' else ''}" for pack in packs]
    times = Counter(names)
    return [
        (name if times[name] == 1 else f"{name}: {pack.title}", pack)
        for name, pack in zip(names, packs, strict=True)
    ]


def jurisdiction_name(pack: Pack) -> str:
    """The name of a pack's jurisdiction, its code where it has none."""
    return JURISDICTION_LABELS.get(pack.jurisdiction, pack.jurisdiction)


def in_order_of_places(packs: Iterable[Pack]) -> list[Pack]:
    """Packs as lists to choose from show them: by jurisdiction, then license."""
    places = list(JURISDICTION_LABELS)

    def place(pack: Pack) -> tuple[int, str, str]:
        known = pack.jurisdiction in JURISDICTION_LABELS
        return places.index(pack.jurisdiction) if known else len(places), pack.jurisdiction, pack.license

    return sorted(packs, key=place)


def taken(pack: Pack, chosen: Mapping[str, str]) -> dict[str, str]:
    """Of the readings a person once chose, those the pack still offers."""
    return {
        name: option
        for name, option in chosen.items()
        if name in pack.policies and option in pack.policies[name].options
    }


def first_weekday(pack: Pack, chosen: Mapping[str, str]) -> int:
    """The weekday (as ``date.weekday`` has it) on which a week begins by the readings chosen; Monday where none is asked."""
    policy = next((one.week_start_policy for one in pack.versions if one.week_start_policy), None)
    is_sunday = policy is not None and pack.choices(taken(pack, chosen))[policy] == "sunday"
    return SUNDAY if is_sunday else MONDAY


@lru_cache(maxsize=512)
def named_values(packs: PackLibrary, pack_id: str, attribute: str) -> frozenset[str]:
    """Every value of an attribute of entries ("activity", "topic") that the rules of a pack name."""
    pack = find_pack(packs, pack_id)
    return frozenset(
        value for version in (pack.versions if pack else ()) for value in _named(version, attribute)
    )


def _named(version: Version, attribute: str) -> Iterator[str]:
    for _, condition in version.conditions:
        for part in parts_of(condition):
            if isinstance(part, Is) and part.subject == attribute:
                yield from map(str, part.values)
    if attribute == "activity" and version.supervision and version.supervision.units:
        yield from version.supervision.units.minutes
