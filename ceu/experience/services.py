"""Changing the log: settings, supervisors, entries, and a week's way to its signature.

Every service that changes what the rules read says so with LogChanged, and the log is assessed once, before the
commit. Changes of one log happen one after another: each begins by locking its person's row, so sums, day totals and
the chain of signatures cannot race.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.emails import normalize_email
from ceu.accounts.models import Person
from ceu.accounts.queries import get_person
from ceu.accounts.services import confirm_identity
from ceu.accounts.tokens import digest as token_digest, new_token
from ceu.adapters.keys import SiteKeys
from ceu.audit.services import record
from ceu.db.events import emit
from ceu.domain.dates import Week, day_text, local_date
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.events import LogChanged
from ceu.domain.experience import RecordKind, WeekState
from ceu.domain.minutes import clock_text
from ceu.experience.asked import NO_ANSWERS, Answers, merged
from ceu.experience.assessment_queries import entry_lines
from ceu.experience.checks import (
    LicenseFacts,
    Place,
    SettingFacts,
    Stretch,
    check_answers,
    check_license,
    check_setting,
    check_stretch,
    completed,
    lapsed_day,
)
from ceu.experience.models import Entry, SignOff, Supervision, WeekSheet, WorkSetting
from ceu.experience.own_queries import get_own_words
from ceu.experience.own_services import keep_own_words
from ceu.experience.own_words import NO_WORDS, OwnWords, check_free_text
from ceu.experience.queries import (
    find_end_of_chain,
    find_last_signer,
    find_place_of,
    first_and_last_day,
    get_setting,
    is_signed_anywhere,
    list_entries,
    list_settings,
    list_sheets_without_supervisor,
    list_supervisions,
    list_waiting_under,
    read_again,
)
from ceu.experience.records import (
    amendment,
    digest,
    license_line,
    read_record,
    signed_lines,
    week_body,
)
from ceu.experience.sign_models import WeekComment
from ceu.experience.undo_services import from_snapshot, remember, snapshot
from ceu.experience.week_queries import week_to_begin
from ceu.rules.packed import pack_week
from ceu.signing.canonical import canonical
from ceu.signing.records import Signer, seal

INVITATION_LIFE = timedelta(days=30)
_STRETCH = ("day", "minutes", "activity", "client_unit", "delivery", "start_minute", "head_count", "note")


# ---- settings ----------------------------------------------------------------------------------------------------


def add_setting(
    session: Session, now: datetime, *, person_id: int, facts: SettingFacts, answers: Answers = NO_ANSWERS
) -> WorkSetting:
    """Note a new place of work. Raises DomainError for facts that cannot be."""
    today = open_log(session, person_id, now)
    check_setting(facts, None)
    check_answers(answers.questions, answers.facts, today)
    _refuse_known_name(session, person_id, facts.name)
    setting = WorkSetting(person_id=person_id, facts=merged({}, answers.facts), **asdict(facts))
    session.add(setting)
    session.flush()
    emit(session, LogChanged(person_id))
    return setting


def change_setting(
    session: Session, now: datetime, setting: WorkSetting, facts: SettingFacts, answers: Answers = NO_ANSWERS
) -> None:
    """Correct the facts of a setting; what signed weeks say of it stays as it is."""
    today = open_log(session, setting.person_id, now)
    check_setting(facts, first_and_last_day(session, setting.id))
    check_answers(answers.questions, answers.facts, today)
    _refuse_known_name(session, setting.person_id, facts.name, but=setting.id)
    for name in ("kind", "employment"):
        if getattr(facts, name) != getattr(setting, name) and is_signed_anywhere(session, setting.id):
            raise DomainError(
                f"Weeks at {setting.name} have been signed with this. If it has changed since, "
                "end this setting and add a new one from that day on.",
                field=name,
            )
    for name, value in asdict(facts).items():
        setattr(setting, name, value)
    setting.facts = merged(setting.facts, answers.facts)
    session.flush()
    emit(session, LogChanged(setting.person_id))


def _refuse_known_name(session: Session, person_id: int, name: str, but: int | None = None) -> None:
    taken = (other for other in list_settings(session, person_id) if other.id != but)
    if any(other.name.casefold() == name.casefold() for other in taken):
        raise DomainError(
            f"You have a setting named {name} already. Add what tells them apart, such as the town.",
            field="name",
        )


# ---- supervisors -------------------------------------------------------------------------------------------------


def invite_supervisor(
    session: Session, now: datetime, setting: WorkSetting, name: str, email: str
) -> tuple[Supervision, str]:
    """Ask somebody to supervise in a setting; returns the supervision and the token of the link to send."""
    open_log(session, setting.person_id, now)
    email = normalize_email(email)
    if email == get_person(session, setting.person_id).email.lower():
        raise DomainError("This is your own address. Your supervisor must be somebody else.", field="email")
    for other in list_supervisions(session, setting.person_id):
        if other.setting_id == setting.id and other.invited_email == email and _stands(other, now):
            raise DomainError(
                f"You have invited {other.invited_name} to {setting.name} already. "
                + ("They have accepted." if other.is_active else "Send the invitation again from the list."),
                field="email",
            )
    token = new_token()
    supervision = Supervision(
        trainee_id=setting.person_id,
        setting_id=setting.id,
        invited_name=name,
        invited_email=email,
        token_hash=token_digest(token),
        invited_at=now,
    )
    session.add(supervision)
    session.flush()
    return supervision, token


def _stands(supervision: Supervision, now: datetime) -> bool:
    return supervision.is_active or is_open_invitation(supervision, now)


def is_open_invitation(supervision: Supervision, now: datetime) -> bool:
    """Whether the invitation can still be accepted: unanswered, not taken back, and in time."""
    return supervision.is_unanswered and now < supervision.invited_at + INVITATION_LIFE


def resend_invitation(session: Session, now: datetime, supervision: Supervision) -> str:
    """Make a new link for an unanswered invitation; the old one stops working. Returns the token."""
    if not supervision.is_unanswered:
        raise DomainError("This invitation has been answered or taken back. Invite again.")
    token = new_token()
    supervision.token_hash = token_digest(token)
    supervision.invited_at = now
    session.flush()
    return token


def accept_invitation(
    session: Session,
    now: datetime,
    supervision: Supervision,
    *,
    supervisor: Person,
    license_facts: LicenseFacts,
    related: bool,
    answers: Answers = NO_ANSWERS,
) -> None:
    """Take over the supervision under this license; only once, and never by the trainee.

    ``answers`` say what the rules of the trainee's goals ask about a supervisor beyond the license.
    """
    today = open_log(session, supervision.trainee_id, now)
    session.refresh(supervision)
    _refuse_acceptance(session, now, supervision, supervisor)
    check_license(license_facts, local_date(now, supervisor.time_zone))
    check_answers(answers.questions, answers.facts, today)
    supervision.supervisor = supervisor
    supervision.accepted_at = now
    supervision.related = related
    supervision.facts = merged(supervision.facts, answers.facts)
    put_license(supervision, license_facts)
    for sheet in list_sheets_without_supervisor(session, supervision.setting_id):
        sheet.supervision = supervision
    record(session, now, supervisor.id, "supervision.accepted", supervision, related=related)
    emit(session, LogChanged(supervision.trainee_id))


def _refuse_acceptance(session: Session, now: datetime, supervision: Supervision, supervisor: Person) -> None:
    if supervisor.id == supervision.trainee_id:
        raise DomainError(
            "This is your own log. Send the link to your supervisor, who must be somebody else."
        )
    if supervision.accepted_at is not None:
        raise DomainError("This invitation has been accepted already.")
    if not is_open_invitation(supervision, now):
        raise DomainError("This invitation is no longer open. Ask for a new one.")
    if supervisor.email != supervision.invited_email:
        raise DomainError(
            "This invitation was sent to another address than the one you are signed in with. Sign in with that one, "
            "or ask for an invitation to this one."
        )
    for other in list_supervisions(session, supervision.trainee_id):
        if (
            other.setting_id == supervision.setting_id
            and other.supervisor_id == supervisor.id
            and other.is_active
        ):
            raise DomainError("You supervise in this setting already; nothing more is needed.")


def decline_invitation(session: Session, now: datetime, supervision: Supervision) -> None:
    """Say no to an invitation, for good."""
    if supervision.accepted_at is not None:
        raise DomainError("This invitation has been accepted already.")
    if supervision.declined_at is None:
        supervision.declined_at = now
        record(session, now, None, "supervision.declined", supervision)


def change_license(
    session: Session, now: datetime, supervision: Supervision, license_facts: LicenseFacts
) -> None:
    """Enter a renewed license for weeks still to be signed; signed records keep the old one."""
    if supervision.supervisor is None:
        raise NotFound
    check_license(license_facts, local_date(now, supervision.supervisor.time_zone))
    open_log(session, supervision.trainee_id, now)
    put_license(supervision, license_facts)
    record(session, now, supervision.supervisor_id, "supervision.license_changed", supervision)
    emit(session, LogChanged(supervision.trainee_id))


def answer_about_supervisor(
    session: Session, now: datetime, supervision: Supervision, person_id: int, answers: Answers
) -> None:
    """Answer what the rules ask about a supervisor: the trainee may, and so may the supervisor."""
    today = open_log(session, supervision.trainee_id, now)
    check_answers(answers.questions, answers.facts, today)
    supervision.facts = merged(supervision.facts, answers.facts)
    session.flush()
    record(session, now, person_id, "supervision.answered", supervision)
    emit(session, LogChanged(supervision.trainee_id))


def put_license(supervision: Supervision, facts: LicenseFacts) -> None:
    """Note the license under which somebody supervises."""
    for name, value in asdict(facts).items():
        setattr(supervision, name, value)


def end_supervision(session: Session, now: datetime, supervision: Supervision) -> None:
    """End a supervision, or take an invitation back; refused while weeks wait for its signature."""
    open_log(session, supervision.trainee_id, now)
    waiting = list_waiting_under(session, supervision.id)
    if waiting:
        weeks = ", ".join(day_text(sheet.week_start) for sheet in waiting[:3]) + (
            ", …" if waiting[3:] else ""
        )
        raise DomainError(
            f"Weeks still wait for {supervision.name}'s signature ({weeks}). "
            "Wait for it, withdraw those weeks, or hand them to another supervisor first."
        )
    if supervision.ended_at is None:
        supervision.ended_at = now
        record(session, now, supervision.trainee_id, "supervision.ended", supervision)
    emit(session, LogChanged(supervision.trainee_id))


# ---- entries -----------------------------------------------------------------------------------------------------


def log_experience(
    session: Session,
    now: datetime,
    *,
    person_id: int,
    setting_id: int,
    day: date,
    minutes: int,
    activity: str,
    client_unit: str | None = None,
    delivery: str = "in_person",
    start_minute: int | None = None,
    head_count: int | None = None,
    note: str = "",
    under_id: int | None = None,
    own: OwnWords = NO_WORDS,
) -> Entry:
    """Log a stretch of work. Raises DomainError for what cannot be true or in a week that is locked.

    ``under_id`` is the supervision under which it was done, where several people supervise in the setting.
    """
    today = open_log(session, person_id, now)
    stretch = completed(
        Stretch(
            place=place_of(get_setting(session, person_id, setting_id)),
            day=day,
            minutes=minutes,
            activity=activity,
            client_unit=client_unit,
            delivery=delivery,
            start_minute=start_minute,
            head_count=head_count,
            note=note,
            under_id=under_id,
        )
    )
    check_stretch(stretch, _same_day(session, person_id, day), today)
    entry = _write(session, now, person_id, stretch)
    keep_own_words(session, entry, own, is_new=True)
    remember(session, now, person_id, f"{_in_short(entry)} logged", added=[entry])
    emit(session, LogChanged(person_id))
    return entry


def change_entry(
    session: Session,
    now: datetime,
    entry: Entry,
    *,
    setting_id: int,
    seen: str | None = None,
    own: OwnWords | None = None,
    **facts: Any,
) -> None:
    """Correct an entry; ``facts`` are those of ``log_experience``. It may move to another day, week or setting.

    ``seen`` is the fingerprint of the entry as the form showed it: what was changed meanwhile is not written over.
    """
    today = open_log(session, entry.person_id, now)
    session.refresh(entry)
    if seen and seen != entry.fingerprint:
        raise DomainError(
            f"This entry was changed meanwhile, perhaps in another tab: it now has {clock_text(entry.minutes)} on "
            f"{day_text(entry.day)}. If what stands here is right, save again."
        )
    before, kept = _open_sheet(session, entry.sheet), snapshot(session, entry)
    stretch = completed(Stretch(place=place_of(get_setting(session, entry.person_id, setting_id)), **facts))
    check_stretch(stretch, _same_day(session, entry.person_id, stretch.day, but=entry.id), today)
    after = sheet_of(session, entry.person_id, stretch)
    _fill(entry, stretch)
    entry.sheet_id = after.id
    session.flush()
    for sheet in {before.id: before, after.id: after}.values():
        count_minutes(session, sheet)
    session.expire(entry, ["sheet"])
    keep_own_words(session, entry, get_own_words(session, entry.id) if own is None else own)
    remember(session, now, entry.person_id, f"{_in_short(entry)} changed", added=[entry], removed=[kept])
    emit(session, LogChanged(entry.person_id))


def remove_entry(session: Session, now: datetime, entry: Entry) -> None:
    """Take an entry out of a week that is still open."""
    open_log(session, entry.person_id, now)
    sheet, kept = _open_sheet(session, entry.sheet), snapshot(session, entry)
    session.delete(entry)
    session.flush()
    remember(session, now, entry.person_id, f"{_in_short(entry)} removed", removed=[kept])
    count_minutes(session, sheet)
    emit(session, LogChanged(entry.person_id))


def _in_short(entry: Entry) -> str:
    return f"{clock_text(entry.minutes)} on {day_text(entry.day)}"


@dataclass(frozen=True)
class Repeated:
    """What came of repeating a week: how many entries were copied, and for those left out, why."""

    copied: int
    left_out: tuple[str, ...]


def repeat_last_week(session: Session, now: datetime, *, person_id: int, week: Week) -> Repeated:
    """Copy the entries of seven days before, without their notes, to the days of this week.

    Days on which something is logged already are left as they are, and so is everything that would be refused.
    """
    today = open_log(session, person_id, now)
    a_week = timedelta(days=7)
    earlier = list_entries(session, person_id, week.first - a_week, week.last - a_week)
    taken = {entry.day for entry in list_entries(session, person_id, week.first, week.last)}
    copies = [replace(_stretch(entry), day=entry.day + a_week, note="") for entry in earlier]
    written: list[Stretch] = []
    added: list[Entry] = []
    left_out: list[str] = []
    for copy in copies:
        try:
            if copy.day in taken:
                raise DomainError(f"{day_text(copy.day)} has entries already.")
            check_stretch(copy, [other for other in written if other.day == copy.day], today)
            added.append(_write(session, now, person_id, copy))
            written.append(copy)
        except DomainError as refusal:
            left_out.append(refusal.message)
    if added:
        remember(session, now, person_id, f"The week of {day_text(week.first)} repeated", added=added)
        emit(session, LogChanged(person_id))
    return Repeated(len(written), tuple(dict.fromkeys(left_out)))


def place_of(setting: WorkSetting) -> Place:
    """A setting as the checks need it."""
    return Place(setting.id, setting.name, setting.began_on, setting.ended_on)


def _stretch(entry: Entry) -> Stretch:
    return Stretch(
        place=place_of(entry.sheet.setting),
        day=entry.day,
        minutes=entry.minutes,
        activity=entry.activity,
        client_unit=entry.client_unit,
        delivery=entry.delivery,
        start_minute=entry.start_minute,
        head_count=entry.head_count,
        note=entry.note,
        under_id=entry.under_id,
    )


def _same_day(session: Session, person_id: int, day: date, but: int | None = None) -> list[Stretch]:
    return [_stretch(entry) for entry in list_entries(session, person_id, day, day) if entry.id != but]


def _write(session: Session, now: datetime, person_id: int, stretch: Stretch) -> Entry:
    sheet = sheet_of(session, person_id, stretch)
    entry = Entry(person_id=person_id, sheet_id=sheet.id, logged_at=now)
    _fill(entry, stretch)
    session.add(entry)
    session.flush()
    count_minutes(session, sheet)
    return entry


def _fill(entry: Entry, stretch: Stretch) -> None:
    for name in _STRETCH:
        setattr(entry, name, getattr(stretch, name))


def sheet_of(session: Session, person_id: int, stretch: Stretch) -> WeekSheet:
    """The open sheet that a stretch belongs in, begun if need be; none on a day whose hours stand in an earlier log."""
    setting_id = stretch.place.setting_id
    place = find_place_of(session, setting_id, stretch.day)
    if place.backlog is not None:
        raise DomainError(place.backlog.sentence, field="day")
    sheet = place.under(stretch.under_id)
    if sheet is not None:
        return _if_open(sheet)
    under = usual = usual_supervision(session, person_id, setting_id)
    is_apart = stretch.under_id is not None and (place.for_all is not None or stretch.under_id != usual)
    if is_apart:
        under = _active_under(session, person_id, stretch).id
    week = week_to_begin(session, person_id, setting_id, stretch.day)
    sheet = WeekSheet(
        person_id=person_id,
        setting_id=setting_id,
        week_start=week.first,
        week_end=week.last,
        supervision_id=under,
        apart_for_id=under if is_apart else None,
        state=WeekState.DRAFT,
        version=1,
        minutes=0,
        totals={},
    )
    session.add(sheet)
    session.flush()
    return sheet


def _active_under(session: Session, person_id: int, stretch: Stretch) -> Supervision:
    for one in _active_in(session, person_id, stretch.place.setting_id):
        if one.id == stretch.under_id:
            return one
    raise DomainError(
        f"This supervisor does not supervise you at {stretch.place.name}, or does so no more. Choose one who does.",
        field="under_id",
    )


def usual_supervision(session: Session, person_id: int, setting_id: int) -> int | None:
    """Who supervises a week that is not handed in yet, which the rules ask too.

    With one supervisor it is plain; of several it is the one who was asked to sign last.
    """
    active = [one.id for one in _active_in(session, person_id, setting_id)]
    if len(active) < 2:
        return active[0] if active else None
    last = find_last_signer(session, setting_id)
    return last if last in active else None


def _open_sheet(session: Session, sheet: WeekSheet) -> WeekSheet:
    session.refresh(sheet)
    return _if_open(sheet)


def _if_open(sheet: WeekSheet) -> WeekSheet:
    if sheet.is_open:
        return sheet
    raise DomainError(locked_sentence(sheet), field="day")


def locked_sentence(sheet: WeekSheet) -> str:
    """Why the entries of a submitted or signed week cannot change, and what to do."""
    who = sheet.supervision.name if sheet.supervision else "your supervisor"
    week = week_name(sheet)
    if sheet.state == WeekState.ATTESTED:
        return f"{week} has been attested. End the attestation first if it has to change, or can be signed after all."
    if sheet.state == WeekState.SIGNED:
        return f"{week} has been signed by {who}. A signed week cannot be changed; amend it if something is wrong."
    return f"{week} waits for {who}'s signature. Withdraw it first if you want to change it."


def week_name(sheet: WeekSheet) -> str:
    """A week in a sentence, at its beginning."""
    return f"The week of {day_text(sheet.week_start)} at {sheet.setting.name}"


def count_minutes(session: Session, sheet: WeekSheet) -> None:
    """Bring the sums of a week, and what it keeps packed, up to date with its entries."""
    lines = entry_lines(session, [sheet.id]).get(sheet.id, [])
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.activity] = totals.get(line.activity, 0) + line.minutes
    sheet.totals, sheet.minutes, sheet.packed = totals, sum(totals.values()), pack_week(lines)
    session.flush()
    session.expire(sheet, ["entries"])


# ---- a week's way to its signature -------------------------------------------------------------------------------


def submit_week(
    session: Session, now: datetime, sheet: WeekSheet, supervision_id: int | None = None
) -> Supervision:
    """Ask for the signature on a week. A setting with several supervisors needs to be told which one signs."""
    open_log(session, sheet.person_id, now)
    session.refresh(sheet)
    if not sheet.is_open:
        raise DomainError(locked_sentence(sheet))
    if sheet.minutes == 0:
        raise DomainError("There is nothing in this week yet. Log time first.")
    supervision = _signing_supervision(session, sheet, supervision_id)
    assign(sheet, supervision)
    sheet.state = WeekState.SUBMITTED
    sheet.submitted_at = now
    sheet.signing_link_id = None
    record(session, now, sheet.person_id, "week.submitted", sheet, version=sheet.version)
    emit(session, LogChanged(sheet.person_id))
    return supervision


def assign(sheet: WeekSheet, supervision: Supervision) -> None:
    """Say who is asked to sign a week; who supervised it signs as such, also after a transfer.

    Raises DomainError where it can only be handed over: its supervisor was somebody else, who is gone or was asked to sign it,
    and this one came after the week. Whom two supervised at the time, the trainee tells, and the signer attests.
    """
    if sheet.can_only_be_handed_over_to(supervision):
        assert sheet.supervision
        raise DomainError(
            f"{week_name(sheet)} was supervised by {sheet.supervision.name}; {supervision.name} came after it. Hand it over "
            "under Supervisors: then the record says who supervised and who signs."
        )
    sheet.supervision = supervision
    if sheet.supervised_by_id == supervision.id:
        sheet.supervised_by = None


def may_sign(sheet: WeekSheet, supervision: Supervision) -> bool:
    """Whether a week can be handed in under this supervision; what is apart for a supervisor is theirs alone."""
    theirs = sheet.apart_for_id is None or supervision.id in {sheet.apart_for_id, sheet.supervision_id}
    return theirs and supervision.setting_id == sheet.setting_id and supervision.is_active


def _signing_supervision(session: Session, sheet: WeekSheet, supervision_id: int | None) -> Supervision:
    possible = [one for one in list_supervisions(session, sheet.person_id) if may_sign(sheet, one)]
    if not possible and sheet.apart_for is not None:
        raise DomainError(
            f"{sheet.apart_for.name} no longer supervises you at {sheet.setting.name}. Hand this week over to somebody who "
            "does, or move its entries."
        )
    if not possible:
        raise DomainError(
            f"Nobody has accepted yet to supervise you at {sheet.setting.name}. "
            "Invite your supervisor, or ask them to open the link in your invitation."
        )
    chosen = possible if supervision_id is None else [one for one in possible if one.id == supervision_id]
    if not chosen:
        raise NotFound
    if len(chosen) > 1:
        raise DomainError("Choose who signs this week.", field="supervision_id")
    return chosen[0]


def _active_in(session: Session, person_id: int, setting_id: int) -> list[Supervision]:
    supervisions = list_supervisions(session, person_id)
    return [one for one in supervisions if one.setting_id == setting_id and one.is_active]


def withdraw_week(session: Session, now: datetime, sheet: WeekSheet) -> None:
    """Take a submitted week back before it is signed."""
    open_log(session, sheet.person_id, now)
    session.refresh(sheet)
    if sheet.state == WeekState.SIGNED:
        raise DomainError(locked_sentence(sheet))
    if sheet.state == WeekState.SUBMITTED:
        sheet.state = WeekState.DRAFT
        sheet.version += 1
        record(session, now, sheet.person_id, "week.withdrawn", sheet, version=sheet.version)


def return_for_correction(
    session: Session, now: datetime, sheet: WeekSheet, comment: str, kept_because: str = ""
) -> None:
    """Give a submitted week back to the trainee with a comment that says what to correct."""
    open_log(session, sheet.person_id, now)
    session.refresh(sheet)
    supervision = sheet.supervision
    if sheet.state != WeekState.SUBMITTED or supervision is None:
        raise DomainError(
            "This week no longer waits for your signature: it was signed, returned or withdrawn."
        )
    if not comment.strip():
        raise DomainError("Write what should be corrected.", field="comment")
    check_free_text("comment", comment, kept_because)
    sheet.state = WeekState.RETURNED
    sheet.version += 1
    sheet.returned_at = now
    sheet.return_comment = comment.strip()
    add_comment(session, now, sheet, supervision.supervisor_id, supervision.name, comment.strip())
    record(session, now, supervision.supervisor_id, "week.returned", sheet, version=sheet.version)


def add_comment(
    session: Session, now: datetime, sheet: WeekSheet, author_id: int | None, author_name: str, text: str
) -> None:
    """Add a remark to the thread of a week."""
    session.add(
        WeekComment(
            sheet_id=sheet.id, author_id=author_id, author_name=author_name, text=text, written_at=now
        )
    )
    session.flush()


def amend_week(
    session: Session, now: datetime, sheet: WeekSheet, reason: str, kept_because: str = ""
) -> None:
    """Open a new version of a signed week; the signed one stays in force until the new one is signed.

    The signature is of what was true to the signer then, and only a signature can take its place: hours do not stop
    counting because a correction waits.
    """
    open_log(session, sheet.person_id, now)
    session.refresh(sheet)
    if sheet.state != WeekState.SIGNED:
        raise DomainError(
            f"{week_name(sheet)} is not signed. Change its entries as they are, or withdraw it first."
        )
    if not reason.strip():
        raise DomainError("Write what has to be corrected, and why.", field="reason")
    check_free_text("reason", reason, kept_because)
    sheet.state = WeekState.DRAFT
    sheet.version += 1
    sheet.amendment_reason = reason.strip()
    sheet.before_amendment = [snapshot(session, entry) for entry in sheet.entries]
    sheet.return_comment = ""
    record(session, now, sheet.person_id, "week.amended", sheet, version=sheet.version)
    emit(session, LogChanged(sheet.person_id))


def drop_amendment(session: Session, now: datetime, sheet: WeekSheet) -> None:
    """Give an amendment up: the entries are again those of the version that is signed."""
    today = open_log(session, sheet.person_id, now)
    session.refresh(sheet)
    in_force = sheet.in_force
    if sheet.state == WeekState.SIGNED:
        return
    if not sheet.is_open or in_force is None:
        raise DomainError(f"{week_name(sheet)} has no amendment in work. Withdraw it first if it waits.")
    lines = [
        Stretch(place=place_of(sheet.setting), under_id=sheet.apart_for_id, **line)
        for line in signed_lines(read_record(in_force.record).body)
    ]
    logged = list_entries(session, sheet.person_id, sheet.week_start, sheet.week_end)
    elsewhere = [_stretch(entry) for entry in logged if entry.sheet_id != sheet.id]
    for line in lines:
        check_stretch(line, [other for other in elsewhere if other.day == line.day], today)
    kept = [from_snapshot(one) for one in sheet.before_amendment]
    for entry in sheet.entries:
        unchanged = _stretch(entry)
        if unchanged in lines:
            lines.remove(unchanged)
            kept = [one for one in kept if one[0]["id"] != entry.id]
        else:
            session.delete(entry)
    session.flush()
    for line in lines:
        _write_again(session, now, sheet.person_id, line, kept)
    session.flush()
    count_minutes(session, sheet)
    sheet.before_amendment = []
    sheet.state = WeekState.SIGNED
    sheet.version += 1
    sheet.supervision_id = in_force.supervision_id
    taken_over = "supervised_by" in read_record(in_force.record).body
    sheet.supervised_by_id = sheet.transfers[0].from_supervision_id if taken_over else None
    record(session, now, sheet.person_id, "week.amendment_dropped", sheet, version=sheet.version)
    emit(session, LogChanged(sheet.person_id))


def _write_again(
    session: Session,
    now: datetime,
    person_id: int,
    line: Stretch,
    kept: list[tuple[dict[str, Any], OwnWords]],
) -> None:
    """Write a signed line once more, with what the record does not hold of it: whose it was, and the person's own words."""
    entry = _write(session, now, person_id, line)
    for columns, own in kept:
        if all(columns[name] == getattr(line, name) for name in _STRETCH):
            kept.remove((columns, own))
            for name in ("client_hash", "import_id", "logged_at"):
                setattr(entry, name, columns[name])
            keep_own_words(session, entry, own)
            return


@dataclass(frozen=True)
class Shown:
    """A week as its page showed it to the supervisor: the digest of the document they read."""

    sheet: WeekSheet
    sha256: str


@dataclass(frozen=True)
class Signed:
    """A week and its signature; ``is_new`` unless it had been signed before."""

    sheet: WeekSheet
    sign_off: SignOff
    is_new: bool


@dataclass(frozen=True)
class Hand:
    """Who signs, and how it was checked that it is they: with an account, or by a link sent to their address."""

    name: str
    identity_check: str
    person_id: int | None = None
    email: str | None = None

    @classmethod
    def of(cls, person: Person) -> "Hand":
        """Somebody who has typed the password of their account."""
        return cls(person.name, "password", person.id)


def sign_off(
    session: Session,
    now: datetime,
    keys: SiteKeys,
    *,
    signer_id: int,
    shown: Sequence[Shown],
    password: str,
) -> list[Signed]:
    """Sign weeks exactly as they were shown, all or none. Signing what one has signed already changes nothing.

    Raises DomainError when the password is wrong, when a week is no longer what was shown, or when the license had
    expired on a day worked: the attestation would not be true.
    """
    confirm_identity(session, now, signer_id, password)
    signer = get_person(session, signer_id)
    trainee_ids = sorted({one.sheet.person_id for one in shown})
    for trainee_id in trainee_ids:
        open_log(session, trainee_id, now)
    read_again(session, [one.sheet for one in shown])
    decided = [_decide(session, now, signer, one) for one in shown]
    signed = [
        Signed(sheet, earlier, is_new=False)
        if earlier is not None
        else Signed(sheet, seal_week(session, now, keys, sheet, body, Hand.of(signer)), is_new=True)
        for sheet, body, earlier in decided
    ]
    for trainee_id in trainee_ids:
        emit(session, LogChanged(trainee_id))
    return signed


def _decide(
    session: Session, now: datetime, signer: Person, shown: Shown
) -> tuple[WeekSheet, dict[str, Any], SignOff | None]:
    """The week, the document to sign, and the signature it has already, if it has."""
    sheet = shown.sheet
    supervision = sheet.supervision
    if supervision is None or supervision.supervisor_id != signer.id:
        raise NotFound
    earlier = sheet.in_force if sheet.state == WeekState.SIGNED else None
    if earlier is not None:
        body = dict(read_record(earlier.record).body)
        check_unchanged(sheet, body, shown.sha256)
        return sheet, body, earlier
    if sheet.state != WeekState.SUBMITTED or not supervision.is_active:
        raise DomainError(
            f"{week_name(sheet)} no longer waits for your signature: it was returned or withdrawn."
        )
    body = body_of(sheet)
    check_unchanged(sheet, body, shown.sha256)
    check_license_held(sheet, supervision, local_date(now, signer.time_zone))
    return sheet, body, None


def check_unchanged(sheet: WeekSheet, body: Mapping[str, Any], sha256: str) -> None:
    """Refuse to sign what is no longer what was shown."""
    if digest(body) != sha256:
        raise DomainError(
            f"{week_name(sheet)} has changed since this page was opened. Read it again, then sign."
        )


def check_license_held(sheet: WeekSheet, supervision: Supervision, today: date) -> None:
    """Refuse to sign days on which the supervisor's license had expired; for weeks taken over it must hold ``today``."""
    if sheet.supervised_by_id is not None:
        if supervision.license_expires_on is not None and supervision.license_expires_on < today:
            raise DomainError(
                f"Your license expired on {day_text(supervision.license_expires_on)}. Weeks that you took over are signed "
                "under a license that is in force: enter the new date once it is renewed."
            )
        return
    day = lapsed_day(supervision.license_expires_on, [entry.day for entry in sheet.entries])
    if day is not None and supervision.license_expires_on is not None:
        raise DomainError(
            f"{week_name(sheet)} has work on {day_text(day)}, after your license expired on "
            f"{day_text(supervision.license_expires_on)}. If it was renewed in time, enter the new date; "
            "if not, return the week."
        )


def body_of(sheet: WeekSheet, signer_name: str | None = None) -> dict[str, Any]:
    """The document that stands to be signed for a submitted week, by the supervisor's account or under this name."""
    supervision = sheet.supervision
    if supervision is None:
        raise NotFound
    if signer_name is None:
        if supervision.supervisor is None:
            raise NotFound
        signer_name = supervision.supervisor.name
    in_force = sheet.in_force if sheet.is_amended else None
    amends = amendment(in_force, sheet.amendment_reason) if in_force is not None else None
    return week_body(sheet, sheet.entries, supervision, supervision.trainee.name, signer_name, amends)


def seal_week(
    session: Session, now: datetime, keys: SiteKeys, sheet: WeekSheet, body: Mapping[str, Any], hand: Hand
) -> SignOff:
    """Put a signature on a week: from now on this version is in force."""
    supervision_id = sheet.supervision_id
    if supervision_id is None:
        raise NotFound
    signed = append_record(
        session, now, keys, sheet, body, hand,
        kind=RecordKind.SIGN_OFF, meaning=str(body["attestation"]), version=sheet.version, supervision_id=supervision_id,
    )  # fmt: skip
    sheet.state = WeekState.SIGNED
    sheet.signed_at = now
    sheet.signed_version, sheet.signed_minutes = sheet.version, sheet.minutes
    record(session, now, hand.person_id, "week.signed", sheet, version=sheet.version, sha256=signed.sha256)
    session.expire(sheet, ["in_force"])
    return signed


def append_record(
    session: Session,
    now: datetime,
    keys: SiteKeys,
    sheet: WeekSheet,
    body: Mapping[str, Any],
    hand: Hand,
    *,
    kind: RecordKind,
    meaning: str,
    version: int,
    supervision_id: int,
) -> SignOff:
    """Seal a record about a version of a week in continuation of the log's chain."""
    return append_to_chain(
        session, now, keys, sheet.person_id, body, hand, license_line(body),
        kind=kind, meaning=meaning, sheet_id=sheet.id, sheet_version=version, supervision_id=supervision_id,
    )  # fmt: skip


def append_to_chain(
    session: Session,
    now: datetime,
    keys: SiteKeys,
    person_id: int,
    body: Mapping[str, Any],
    hand: Hand,
    license_: str,
    *,
    kind: RecordKind,
    meaning: str,
    **about: int,
) -> SignOff:
    """Seal a record in continuation of a log's chain; ``about`` names the week and supervision, where it is about one."""
    account = "" if hand.person_id is None else str(hand.person_id)
    sealed = seal(
        kind=kind,
        body=body,
        signer=Signer(account, hand.name, license_),
        meaning=meaning,
        identity_check=hand.identity_check,
        signed_at=now,
        previous=find_end_of_chain(session, person_id),
        private_key=keys.signing_key,
    )
    appended = SignOff(
        person_id=person_id,
        kind=kind,
        **about,
        signer_id=hand.person_id,
        signer_email=hand.email,
        record=canonical(sealed.as_json()).decode(),
        sha256=sealed.sha256,
        previous_sha256=sealed.previous or "",
        signed_at=now,
    )
    session.add(appended)
    session.flush()
    return appended


def open_log(session: Session, person_id: int, now: datetime) -> date:
    """Keep other changes of this log waiting until the transaction ends; returns the date where the person lives."""
    wanted = select(Person.time_zone).where(Person.id == person_id).with_for_update(key_share=True)
    time_zone = session.scalar(wanted)
    if time_zone is None:
        raise NotFound
    return local_date(now, time_zone)
