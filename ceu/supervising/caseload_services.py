"""A supervisor's caseload: what asks for an eye, how many supervisees there are, and what is told about those elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from ceu.adapters.rulepacks import PackLibrary
from ceu.audit.services import record
from ceu.domain.errors import DomainError
from ceu.experience.asked import answers_of
from ceu.experience.given_queries import facts_of_people, goals_of
from ceu.experience.models import Supervision
from ceu.experience.queries import list_given_supervisions
from ceu.licenses.packs import find_pack, pack_name
from ceu.rules.engine import choose_version
from ceu.rules.facts import Facts
from ceu.rules.language import Anchor
from ceu.rules.pack import Pack
from ceu.rules.situation import moved
from ceu.supervising.agreement_services import owed_by
from ceu.supervising.caseload_counts import Count, Elsewhere, Supervisee, counts, maximum_keys
from ceu.supervising.caseload_models import SuperviseesElsewhere
from ceu.supervising.caseload_queries import (
    list_elsewhere,
    list_kinds_lately,
    list_old_signed_weeks,
    list_setting_findings,
    list_wider_findings,
    sums_waiting,
)
from ceu.supervising.caseload_risks import (
    LEAVES_SOON,
    AtRisk,
    Risk,
    at_risk,
    document_risks,
    expiry_risks,
    look_back,
    registration_expires_on,
    stretch_of_weeks,
    waiting_risks,
    week_risks,
    wider_risks,
    window_risks,
)

MOST_ELSEWHERE = 1000


def packs_by_person(
    session: Session, packs: PackLibrary, supervisions: Sequence[Supervision]
) -> dict[int, tuple[Pack, ...]]:
    """The packs of the goals of everybody supervised, by person."""
    goals = goals_of(session, {one.trainee_id for one in supervisions})
    return {
        person_id: tuple(pack for goal in theirs if (pack := find_pack(packs, goal.pack_id)) is not None)
        for person_id, theirs in goals.items()
    }


# ---- risks -------------------------------------------------------------------------------------------------------


def risks_of(session: Session, packs: PackLibrary, supervisor_id: int, today: date) -> list[AtRisk]:
    """Everybody this supervisor supervises with what asks for an eye, the most urgent first.

    From what is stored: no log is read or assessed here. Only what is about the settings of this supervision is told.
    """
    supervisions = list_given_supervisions(session, supervisor_id)
    by_person = packs_by_person(session, packs, supervisions)
    facts = facts_of_people(session, by_person)
    found: dict[int, list[Risk]] = {one.id: [] for one in supervisions}
    for supervision_id, waiting in sums_waiting(session, supervisor_id).items():
        found[supervision_id] += waiting_risks(waiting.weeks, waiting.since, today)
    for document in owed_by(session, packs, supervisions, today):
        found[document.supervision_id] += document_risks([document], today)
    _add_findings(session, supervisor_id, supervisions, found, today)
    _add_windows(session, supervisor_id, supervisions, by_person, facts, found, today)
    for one in supervisions:
        found[one.id] += expiry_risks(
            "Your license", one.license_expires_on, today, "Enter the new date once it is renewed."
        )
        for pack in by_person.get(one.trainee_id, ()):
            expires = registration_expires_on(pack, facts.get(one.trainee_id, {}))
            found[one.id] += expiry_risks(
                f"The registration for the {pack_name(pack)}", expires, today, "Ask whether it is renewed."
            )
    listed = [at_risk(one.id, one.trainee.name, one.setting.name, found[one.id]) for one in supervisions]
    return sorted(listed, key=lambda each: each.key)


def _add_findings(
    session: Session,
    supervisor_id: int,
    supervisions: Sequence[Supervision],
    found: dict[int, list[Risk]],
    today: date,
) -> None:
    places = {(one.trainee_id, str(one.setting_id)): one.id for one in supervisions}
    for person_id, start, settings in list_setting_findings(session, supervisor_id, stretch_of_weeks(today)):
        for setting in settings:
            supervision_id = places.get((person_id, str(setting["setting"])))
            if supervision_id is not None:
                found[supervision_id] += week_risks(setting["findings"], start, today)
    firsts = {one.trainee_id: one.id for one in reversed(supervisions)}
    for person_id, findings in list_wider_findings(session, supervisor_id):
        found[firsts[person_id]] += wider_risks(findings, today)


def _add_windows(
    session: Session,
    supervisor_id: int,
    supervisions: Sequence[Supervision],
    by_person: dict[int, tuple[Pack, ...]],
    facts: dict[int, dict[str, Any]],
    found: dict[int, list[Risk]],
    today: date,
) -> None:
    anchors: dict[int, list[tuple[Pack, Anchor]]] = {}
    for person_id, theirs in by_person.items():
        for pack in theirs:
            told = facts.get(person_id, {})
            version = choose_version(pack, Facts(person=told), today)
            anchor = look_back(version, told) if version else None
            if anchor is not None:
                anchors.setdefault(person_id, []).append((pack, anchor))
    if not anchors:
        return
    latest = max(moved(today, anchor) for pairs in anchors.values() for _, anchor in pairs)
    weeks = list_old_signed_weeks(session, supervisor_id, latest + LEAVES_SOON)
    for one in supervisions:
        for pack, anchor in anchors.get(one.trainee_id, ()):
            what = f"look-back of the {pack_name(pack)}"
            found[one.id] += window_risks(anchor, weeks.get(one.id, ()), today, what)


# ---- the legal maximum -------------------------------------------------------------------------------------------


def caseload_of(
    session: Session, packs: PackLibrary, supervisor_id: int, today: date
) -> tuple[list[Count], list[str]]:
    """Each maximum that concerns this supervisor's supervisees now, and the licenses for which none is known."""
    supervisions = list_given_supervisions(session, supervisor_id)
    by_person = packs_by_person(session, packs, supervisions)
    facts = facts_of_people(session, by_person)
    kinds = list_kinds_lately(session, supervisor_id, today)
    elsewhere = {
        one.maximum: Elsewhere(one.people, one.since) for one in list_elsewhere(session, supervisor_id, today)
    }
    supervisees = [
        Supervisee(
            trainee_id=one.trainee_id,
            name=one.trainee.name,
            supervision_id=one.id,
            setting=one.setting.name,
            packs=by_person.get(one.trainee_id, ()),
            kinds=tuple(kinds.get(one.id, ())),
            person=facts.get(one.trainee_id, {}),
            setting_facts={**answers_of(one.setting.facts), "kind": one.setting.kind},
            supervisor_facts=answers_of(one.facts),
        )
        for one in supervisions
    ]
    return counts(supervisees, elsewhere, today)


def note_elsewhere(
    session: Session,
    now: datetime,
    packs: PackLibrary,
    supervisor_id: int,
    *,
    maximum: str,
    people: int,
    since: date,
    today: date,
) -> None:
    """Tell how many supervisees one has elsewhere under a maximum, from a day on."""
    if maximum not in maximum_keys(packs.all()):
        raise DomainError("Choose one of the options offered.", field="maximum")
    if since > today:
        raise DomainError("This day is still to come. Tell it once it has.", field="since")
    if not 0 <= people <= MOST_ELSEWHERE:
        raise DomainError("Enter how many they are, 0 if none.", field="people")
    told = SuperviseesElsewhere(
        supervisor_id=supervisor_id, maximum=maximum, people=people, since=since, noted_at=now
    )
    session.add(told)
    session.flush()
    record(session, now, supervisor_id, "supervision.elsewhere_told", told, people=people)
