"""The roster of an event as a table: who was registered, their licenses, how long they were there and what is credited. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from ceu.adapters.rulepacks import PackLibrary
from ceu.adapters.spreadsheets import Cell
from ceu.licenses.models import License
from ceu.licenses.packs import find_pack
from ceu.licenses.words import DELIVERY_LABELS
from ceu.live.models import Event
from ceu.live.queries import Standing

HEADINGS = (
    "Name",
    "E-mail",
    "License type",
    "License jurisdiction",
    "License number",
    "Course",
    "Session",
    "Delivery",
    "Date",
    "Begins",
    "Ends",
    "Time zone",
    "Minutes of instruction",
    "Minutes present",
    "Minutes credited",
    "Remarks",
)
"""One line for each person, license and session, so that a roster of one board is a filter away."""


def roster_rows(
    event: Event, standings: Sequence[Standing], licenses: Mapping[int, Sequence[License]], packs: PackLibrary
) -> Iterator[tuple[Cell, ...]]:
    """The lines of the roster; somebody without a license has a line without one."""
    zone = ZoneInfo(event.time_zone)
    titles = {each.id: each.title for each in event.sessions}
    for standing in standings:
        who = standing.registration
        theirs = [_license(packs, each) for each in licenses.get(who.person_id or 0, ())] or [("", "", "")]
        for license_ in theirs:
            for outcome in standing.outcomes:
                begins, ends = outcome.begins.astimezone(zone), outcome.ends.astimezone(zone)
                yield (
                    who.name,
                    who.email,
                    *license_,
                    event.version.title,
                    titles[outcome.session_id],
                    DELIVERY_LABELS[who.delivery],
                    begins.date(),
                    f"{begins:%H:%M}",
                    f"{ends:%H:%M}",
                    event.time_zone,
                    outcome.presence.instruction,
                    outcome.presence.present,
                    outcome.credited,
                    " ".join(outcome.sentences),
                )


def _license(packs: PackLibrary, license_: License) -> tuple[str, str, str]:
    pack = find_pack(packs, license_.ce_pack_id)
    if pack is None:
        return "", license_.ce_pack_id, license_.number
    return pack.license, pack.jurisdiction, license_.number
