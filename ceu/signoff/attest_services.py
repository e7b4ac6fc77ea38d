"""Having hours vouched for that no supervisor can sign: begun, evidence added, asked, sealed or declined, ended.

An attested week is locked as a signed one is, and counted apart from it everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ceu.accounts.emails import normalize_email
from ceu.accounts.models import Person
from ceu.accounts.queries import get_person
from ceu.accounts.services import confirm_identity
from ceu.accounts.tokens import digest as token_digest, new_token
from ceu.adapters.files import KeptFile
from ceu.adapters.keys import SiteKeys
from ceu.audit.services import record
from ceu.db.events import emit
from ceu.domain.dates import day_text, week_of
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.events import LogChanged
from ceu.domain.experience import SUPERVISOR_LICENSE_LABELS, RecordKind, WeekState
from ceu.experience.attest_models import Attestation, AttestedWeek, Backlog, Evidence
from ceu.experience.attest_queries import is_asked_about, list_attested_weeks, list_weeks_to_attest
from ceu.experience.models import SignOff, WeekSheet
from ceu.experience.own_words import check_free_text
from ceu.experience.queries import get_setting
from ceu.experience.records import digest, read_record
from ceu.experience.services import Hand, append_to_chain, open_log
from ceu.experience.week_queries import find_first_weekday
from ceu.signoff.attest_records import (
    ENDING,
    OWN,
    RELATIONS,
    SUPERVISOR,
    WHYS,
    ending_body,
    kind_of,
    license_text,
    meaning_of,
    span_body,
)

MOST_FILES = 20
MOST_WEEKS = 520
"""Ten years of one setting."""


@dataclass(frozen=True)
class Asked:
    """Who is to vouch for which hours, and why their supervisor does not sign."""

    first_day: date
    last_day: date
    why: str
    why_text: str
    relation: str
    name: str
    email: str
    license_type: str | None = None
    license_number: str = ""
    kept_because: str = ""


def begin_attestation(
    session: Session,
    now: datetime,
    person_id: int,
    asked: Asked,
    *,
    setting_id: int,
    backlog: Backlog | None = None,
) -> Attestation:
    """Note what is to be vouched for; nobody is asked yet. Weeks are taken whole."""
    open_log(session, person_id, now)
    person = get_person(session, person_id)
    setting = get_setting(session, person_id, backlog.setting_id if backlog else setting_id)
    _check(session, person, asked, backlog)
    first, last = asked.first_day, asked.last_day
    if backlog is None:
        weekday = find_first_weekday(session, person_id)
        first, last = week_of(first, weekday).first, week_of(last, weekday).last
        weeks = list_weeks_to_attest(session, setting.id, first, last)
        if not weeks:
            raise DomainError(
                f"From {day_text(first)} through {day_text(last)} there is no unsigned week with hours at {setting.name}.",
                field="first_day",
            )
        if len(weeks) > MOST_WEEKS:
            raise DomainError("Choose at most ten years.", field="last_day")
        first, last = min(first, weeks[0].week_start), max(last, weeks[-1].week_end)
    else:
        first, last = backlog.first_day, backlog.last_day
    is_own = asked.relation == OWN
    begun = Attestation(
        person_id=person_id,
        setting_id=setting.id,
        backlog_id=backlog.id if backlog else None,
        first_day=first,
        last_day=last,
        why=asked.why,
        why_text=asked.why_text,
        relation=asked.relation,
        name=person.name if is_own else asked.name,
        email=person.email if is_own else normalize_email(asked.email),
        license_type=None if is_own else asked.license_type,
        license_number="" if is_own else asked.license_number,
        begun_at=now,
        answer="",
    )
    session.add(begun)
    session.flush()
    return begun


def _check(session: Session, person: Person, asked: Asked, backlog: Backlog | None) -> None:
    if asked.why not in WHYS:
        raise DomainError("Choose why the supervisor does not sign.", field="why")
    if asked.relation not in RELATIONS or (asked.relation == SUPERVISOR and backlog is None):
        raise DomainError("Choose what the person is to this work.", field="relation")
    if asked.last_day < asked.first_day:
        raise DomainError(
            f"The last day is before the first, {day_text(asked.first_day)}. Correct one of them.",
            field="last_day",
        )
    if backlog is not None and is_asked_about(session, backlog.id):
        raise DomainError("Somebody is asked about this earlier log already. Take that back first.")
    check_free_text("why_text", asked.why_text, asked.kept_because)
    if asked.relation == OWN:
        return
    if not asked.name:
        raise DomainError("Enter the name of the person.", field="name")
    if not asked.email:
        raise DomainError("Enter the address to which we send the link.", field="email")
    if normalize_email(asked.email) == person.email.lower():
        raise DomainError(
            "This is your own address. Choose your own sworn statement, or somebody else.", field="email"
        )
    check_named_license(asked.license_type, asked.license_number)


def check_named_license(license_type: str | None, number: str) -> None:
    """Refuse half a license; none at all is said in the record."""
    if license_type and license_type not in SUPERVISOR_LICENSE_LABELS:
        raise DomainError("Choose the license from the list, or none.", field="license_type")
    if bool(license_type) != bool(number):
        raise DomainError("Name the license and its number, or neither.", field="license_number")


# ---- evidence ----------------------------------------------------------------------------------------------------


def add_evidence(
    session: Session,
    now: datetime,
    about: Attestation | Backlog,
    kept: KeptFile,
    title: str,
    kept_because: str = "",
) -> Evidence:
    """Put a kept file beside an attestation or an earlier log that is not sealed yet."""
    open_log(session, about.person_id, now)
    session.refresh(about)
    _refuse_sealed(about)
    check_free_text("title", title, kept_because)
    if len(about.evidence) >= MOST_FILES:
        raise DomainError(
            f"Attach at most {MOST_FILES} files; put pages together into one PDF.", field="file"
        )
    if any(one.sha256 == kept.sha256 for one in about.evidence):
        raise DomainError("This very file is attached already.", field="file")
    of = {"attestation_id" if isinstance(about, Attestation) else "backlog_id": about.id}
    added = Evidence(
        person_id=about.person_id,
        title=title,
        media_type=kept.media_type,
        size=kept.size,
        sha256=kept.sha256,
        added_at=now,
        **of,
    )
    session.add(added)
    session.flush()
    session.expire(about, ["evidence"])
    record(session, now, about.person_id, "evidence.added", added, sha256=kept.sha256)
    return added


def remove_evidence(
    session: Session, now: datetime, about: Attestation | Backlog, evidence: Evidence
) -> None:
    """Take a file away again that stands in no sealed record."""
    open_log(session, about.person_id, now)
    session.refresh(about)
    _refuse_sealed(about)
    record(session, now, about.person_id, "evidence.removed", evidence, sha256=evidence.sha256)
    session.delete(evidence)
    session.flush()
    session.expire(about, ["evidence"])


def _refuse_sealed(about: Attestation | Backlog) -> None:
    is_open = about.is_open if isinstance(about, Attestation) else about.state == WeekState.DRAFT
    if not is_open:
        raise DomainError("This is sealed, with the files it names. Begin another attestation to add more.")


# ---- asking and answering ----------------------------------------------------------------------------------------


def ask_to_attest(session: Session, now: datetime, attestation: Attestation) -> str:
    """Ask the person named; returns the token of the link to send. Asking again makes a new link."""
    open_log(session, attestation.person_id, now)
    session.refresh(attestation)
    _refuse_closed(attestation)
    if attestation.relation == OWN:
        raise DomainError("You make this statement yourself.")
    _refuse_without_evidence(attestation)
    token = new_token()
    attestation.token_hash, attestation.asked_at = token_digest(token), now
    if attestation.backlog is not None:
        attestation.backlog.state = WeekState.SUBMITTED
    record(session, now, attestation.person_id, "attestation.asked", attestation)
    return token


def _refuse_without_evidence(attestation: Attestation) -> None:
    of_backlog = attestation.backlog.evidence if attestation.backlog else []
    if kind_of(attestation) == RecordKind.ATTESTATION and not [*attestation.evidence, *of_backlog]:
        raise DomainError(
            "Attach the evidence first, such as a scan of the log, a letter or a notice: whoever attests does so on its strength."
        )


def shown_span(session: Session, attestation: Attestation) -> tuple[list[WeekSheet], dict[str, object], str]:
    """What is sealed, as it stands now: its weeks, the document, and its digest."""
    sheets: list[WeekSheet] = []
    if attestation.backlog_id is None:
        sheets = (
            list_attested_weeks(session, attestation.id)
            if attestation.stands == "attested"
            else list_weeks_to_attest(
                session, attestation.setting_id, attestation.first_day, attestation.last_day
            )
        )
    body = span_body(attestation, sheets, get_person(session, attestation.person_id).name)
    return sheets, body, digest(body)


def attest(
    session: Session,
    now: datetime,
    keys: SiteKeys,
    attestation: Attestation,
    *,
    attester_id: int,
    password: str,
    shown: str,
    license_type: str | None = None,
    license_number: str = "",
) -> SignOff:
    """Seal what was shown; the weeks are attested from now on, or the earlier log signed or attested.

    Attesting twice changes nothing. Raises DomainError when anything of what was shown has changed.
    """
    confirm_identity(session, now, attester_id, password)
    attester = get_person(session, attester_id)
    open_log(session, attestation.person_id, now)
    session.refresh(attestation)
    if (
        attestation.stands == "attested"
        and attestation.sign_off is not None
        and attestation.attester_id == attester.id
    ):
        return attestation.sign_off
    _refuse_closed(attestation)
    _refuse_other(attestation, attester)
    _refuse_without_evidence(attestation)
    sheets, _, found = shown_span(session, attestation)
    if found != shown or not (sheets or attestation.backlog_id):
        raise DomainError("Something has changed since this page was opened. Read it again, then attest.")
    check_named_license(license_type, license_number)
    attestation.name, attestation.attester_id = attester.name, attester.id
    attestation.license_type, attestation.license_number = license_type, license_number
    _, body, _ = shown_span(session, attestation)
    sealed = append_to_chain(
        session, now, keys, attestation.person_id, body, Hand.of(attester), license_text(license_type, license_number),
        kind=kind_of(attestation), meaning=meaning_of(attestation),
    )  # fmt: skip
    sealed.signer_email = attestation.email
    attestation.attested_at, attestation.sign_off_id = now, sealed.id
    _close(session, attestation, sheets)
    record(
        session, now, attester.id, "attestation.sealed", attestation, sha256=sealed.sha256, kind=sealed.kind
    )
    emit(session, LogChanged(attestation.person_id))
    return sealed


def _close(session: Session, attestation: Attestation, sheets: Sequence[WeekSheet]) -> None:
    if attestation.backlog is not None:
        is_signed = kind_of(attestation) == RecordKind.BACKLOG_SIGN_OFF
        attestation.backlog.state = WeekState.SIGNED if is_signed else WeekState.ATTESTED
    for sheet in sheets:
        sheet.state, sheet.signing_link_id = WeekState.ATTESTED, None
        session.add(
            AttestedWeek(sheet_id=sheet.id, attestation_id=attestation.id, person_id=attestation.person_id)
        )
    session.flush()


def _refuse_other(attestation: Attestation, attester: Person) -> None:
    if attestation.relation == OWN:
        if attester.id != attestation.person_id:
            raise NotFound
        return
    if attestation.asked_at is None:
        raise NotFound
    if attester.id == attestation.person_id:
        raise DomainError("These are your own hours. Somebody else is asked to vouch for them.")
    if attester.email.lower() != attestation.email:
        raise DomainError(
            "This was sent to another address than the one you are signed in with. Sign in with that one, or ask to have it "
            "sent to this one."
        )


def decline_to_attest(
    session: Session, now: datetime, attestation: Attestation, answer: str, kept_because: str = ""
) -> None:
    """Say no, and why."""
    open_log(session, attestation.person_id, now)
    session.refresh(attestation)
    _refuse_closed(attestation)
    if not answer.strip():
        raise DomainError("Write why you decline.", field="answer")
    check_free_text("answer", answer, kept_because)
    attestation.declined_at, attestation.answer = now, answer.strip()
    _open_backlog(attestation)
    record(session, now, None, "attestation.declined", attestation)


def take_back(session: Session, now: datetime, attestation: Attestation) -> None:
    """Ask no longer; nothing was sealed."""
    open_log(session, attestation.person_id, now)
    session.refresh(attestation)
    _refuse_closed(attestation)
    attestation.ended_at = now
    _open_backlog(attestation)
    record(session, now, attestation.person_id, "attestation.taken_back", attestation)


def _open_backlog(attestation: Attestation) -> None:
    if attestation.backlog is not None:
        attestation.backlog.state = WeekState.DRAFT
        attestation.backlog.version += 1


def end_attestation(
    session: Session,
    now: datetime,
    keys: SiteKeys,
    attestation: Attestation,
    *,
    person_id: int,
    reason: str,
    password: str,
    kept_because: str = "",
) -> SignOff:
    """Seal the end of an attestation, by whoever gave it or by the trainee; both records are kept, the hours are open again."""
    confirm_identity(session, now, person_id, password)
    person = get_person(session, person_id)
    open_log(session, attestation.person_id, now)
    session.refresh(attestation)
    if person.id not in {attestation.person_id, attestation.attester_id}:
        raise NotFound
    if attestation.stands != "attested" or attestation.sign_off is None:
        raise DomainError("This attestation is not in force.")
    if not reason.strip():
        raise DomainError("Write why it ends.", field="reason")
    check_free_text("reason", reason, kept_because)
    ended = append_to_chain(
        session, now, keys, attestation.person_id, ending_body(read_record(attestation.sign_off.record), reason.strip()),
        Hand.of(person), "", kind=RecordKind.ATTESTATION_ENDED, meaning=ENDING,
    )  # fmt: skip
    for sheet in list_attested_weeks(session, attestation.id):
        sheet.state = WeekState.DRAFT
        sheet.version += 1
    session.execute(delete(AttestedWeek).where(AttestedWeek.attestation_id == attestation.id))
    attestation.ended_at = now
    _open_backlog(attestation)
    record(session, now, person.id, "attestation.ended", attestation, sha256=ended.sha256)
    emit(session, LogChanged(attestation.person_id))
    return ended


def _refuse_closed(attestation: Attestation) -> None:
    sentences = {
        "attested": "This has been sealed already.",
        "declined": "This was declined. Begin another attestation.",
        "ended": "This was taken back or ended. Begin another attestation.",
    }
    if attestation.stands in sentences:
        raise DomainError(sentences[attestation.stands])
