"""Who was there: signing in and out with the rotating code, presence checks, what staff enter and decide, and confirming it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.audit.services import record
from ceu.db.lasting import add_lasting
from ceu.domain.errors import DomainError, TooManyAttempts
from ceu.learning.models import Enrollment
from ceu.learning.services import enroll, note_attendance, take_back_attendance
from ceu.live.codes import STEP, find_step
from ceu.live.models import (
    CheckAnswer,
    Event,
    EventSession,
    PresenceCheck,
    PresenceOverride,
    RefusedCode,
    Registration,
    SignIn,
)
from ceu.live.queries import (
    Standing,
    count_queue,
    find_answer,
    find_registration,
    instruction_minutes,
    list_sign_ins,
    standings,
)
from ceu.live.times import DOORS

WRONG_CODES, WRONG_WITHIN = 8, timedelta(minutes=10)
"""So many refused codes of one person within so long: a million codes cannot be tried."""

LONGEST_CHECK = 60


def sign_in_or_out(
    session: Session, now: datetime, held: EventSession, registration: Registration, code: str, act: str
) -> SignIn:
    """Sign a person in (``act`` "in") or out with the code on the screen; the time is the site's.

    Raises DomainError for a code that is not, or no longer, shown, or that this person has used, and when the page was
    out of date.
    """
    _refuse_many_wrong_codes(session, now, registration)
    if not held.begins_at - DOORS <= now <= held.ends_at + DOORS:
        raise DomainError("This session is not on now, so nobody signs in or out.")
    step = find_step(held.event.key, held.id, code, now)
    if step is None:
        add_lasting(session, RefusedCode(registration_id=registration.id, at=now))
        raise DomainError(
            f"This code is not, or no longer, on the screen; it changes every {int(STEP.total_seconds())} seconds. "
            "Enter the one that is shown now.",
            "code",
        )
    session.refresh(registration, ["last_step"], with_for_update=True)
    stays = list_sign_ins(session, held.id, registration.id)
    present = next((stay for stay in stays if stay.ends_at is None), None)
    if (act == "out") is not (present is not None):
        raise DomainError(
            "You are signed in already. Sign out when you leave."
            if present
            else "You are not signed in. Sign in with the code first."
        )
    if step <= registration.last_step:
        raise DomainError("You have used this code already. Wait until the next one is shown.", "code")
    registration.last_step = step
    if present is None:
        present = SignIn(session_id=held.id, registration_id=registration.id, begins_at=now)
        session.add(present)
    else:
        present.ends_at = now
    session.flush()
    return present


def _refuse_many_wrong_codes(session: Session, now: datetime, registration: Registration) -> None:
    wrong = session.scalars(
        select(func.count())
        .select_from(RefusedCode)
        .where(RefusedCode.registration_id == registration.id, RefusedCode.at > now - WRONG_WITHIN)
    ).one()
    if wrong >= WRONG_CODES:
        raise TooManyAttempts(
            "Too many wrong codes. Ask the staff to sign you in, or try again in ten minutes.", "code"
        )


def enter_stay(
    session: Session,
    now: datetime,
    actor_id: int,
    held: EventSession,
    registration: Registration,
    begins_at: datetime,
    ends_at: datetime,
    reason: str,
) -> SignIn:
    """Enter by hand that somebody was there, with the reason; an open sign-in inside that time ends with it."""
    if not held.begins_at - DOORS <= begins_at < ends_at <= held.ends_at + DOORS:
        raise DomainError("These times do not lie within the session. Correct them.", "begins")
    if ends_at > now:
        raise DomainError(
            "Nobody has been there until a time that is still to come. Correct the end.", "ends"
        )
    for stay in list_sign_ins(session, held.id, registration.id):
        if stay.ends_at is None and begins_at <= stay.begins_at < ends_at:
            stay.struck_at = now
    stay = SignIn(
        session_id=held.id,
        registration_id=registration.id,
        begins_at=begins_at,
        ends_at=ends_at,
        entered_by_id=actor_id,
        reason=reason,
    )
    session.add(stay)
    record(
        session,
        now,
        actor_id,
        "attendance.entered",
        stay,
        registration=registration.id,
        begins=begins_at.isoformat(),
        ends=ends_at.isoformat(),
        reason=reason,
    )
    return stay


def strike_stay(session: Session, now: datetime, actor_id: int, stay: SignIn) -> None:
    """Let a stay no longer count; it is kept."""
    if stay.struck_at is None:
        stay.struck_at = now
        record(session, now, actor_id, "attendance.struck", stay, registration=stay.registration_id)


def open_check(
    session: Session,
    now: datetime,
    actor_id: int,
    held: EventSession,
    *,
    minutes: int,
    question: str = "",
    options: Sequence[str] = (),
) -> PresenceCheck:
    """Ask everybody to say within so many minutes that they are there. Raises DomainError outside the session."""
    if not held.begins_at <= now < held.ends_at:
        raise DomainError("A presence check is held while the session is on.")
    if not 1 <= minutes <= LONGEST_CHECK:
        raise DomainError(f"Leave between 1 and {LONGEST_CHECK} minutes to answer.", "minutes")
    if bool(question) is not (len(options) >= 2):
        raise DomainError("A question needs at least two options, and options need a question.", "options")
    session.refresh(held, ["title"], with_for_update=True)
    running = session.scalar(
        select(PresenceCheck.id).where(PresenceCheck.session_id == held.id, PresenceCheck.closes_at > now)
    )
    if running is not None:
        raise DomainError("A presence check is open already. Wait until it closes.")
    check = PresenceCheck(
        session_id=held.id,
        question=question,
        options=list(options),
        opened_at=now,
        closes_at=min(now + timedelta(minutes=minutes), held.ends_at),
        opened_by_id=actor_id,
    )
    session.add(check)
    session.flush()
    return check


def answer_check(
    session: Session, now: datetime, check: PresenceCheck, registration: Registration, option: int | None
) -> CheckAnswer:
    """Note that somebody is there; the first answer counts. Raises DomainError when it is closed."""
    if found := find_answer(session, check.id, registration.id):
        return found
    if not check.opened_at <= now < check.closes_at:
        raise DomainError("This presence check has closed.")
    if check.options and (option is None or not 0 <= option < len(check.options)):
        raise DomainError("Choose one of the options.", "option")
    answer = CheckAnswer(
        check_id=check.id,
        registration_id=registration.id,
        option=option if check.options else None,
        answered_at=now,
    )
    try:
        with session.begin_nested():
            session.add(answer)
    except IntegrityError:
        return session.scalars(
            select(CheckAnswer).where(
                CheckAnswer.check_id == check.id, CheckAnswer.registration_id == registration.id
            )
        ).one()
    return answer


def decide_presence(
    session: Session,
    now: datetime,
    actor_id: int,
    held: EventSession,
    registration: Registration,
    minutes: int,
    reason: str,
) -> PresenceOverride:
    """Decide what somebody is credited for a session, whatever was measured, and say why."""
    most = instruction_minutes(held)
    if not 0 <= minutes <= most:
        raise DomainError(f"The session has {most} minutes of instruction. Enter 0 to {most}.", "minutes")
    decided = PresenceOverride(
        session_id=held.id,
        registration_id=registration.id,
        minutes=minutes,
        reason=reason,
        decided_by_id=actor_id,
        decided_at=now,
    )
    session.add(decided)
    record(
        session,
        now,
        actor_id,
        "attendance.decided",
        decided,
        registration=registration.id,
        minutes=minutes,
        reason=reason,
    )
    return decided


@dataclass(frozen=True)
class Confirmed:
    """What was newly confirmed to somebody: their standing, and whether it earns credit."""

    standing: Standing
    earned: bool


def confirm_presence(session: Session, now: datetime, actor_id: int, event: Event) -> list[Confirmed]:
    """Confirm to everybody what became of their presence, so that they go on to test and evaluation.

    It may be confirmed again after corrections; only what is new is given back, to be mailed. Who has completed the
    course keeps what the certificate rests on.
    """
    session.refresh(event, ["confirmed_at"], with_for_update=True)
    if event.ends_at is None or now < event.ends_at:
        raise DomainError("The event is not over. Presence is confirmed after its last session.")
    waiting = sum(count_queue(session, [each.id for each in event.sessions]).values())
    if waiting:
        raise DomainError(
            f"{waiting} {'row of a report waits' if waiting == 1 else 'rows of reports wait'} for somebody to say who it "
            "is. Open the report and decide first."
        )
    new = []
    for standing in standings(session, event):
        registration, credited = standing.registration, standing.credited
        note_standing(session, now, event, standing)
        if registration.confirmed_minutes != credited:
            registration.confirmed_minutes = credited
            new.append(Confirmed(standing, earned=bool(credited)))
    event.confirmed_at = now
    record(session, now, actor_id, "attendance.confirmed", event, people=len(new))
    return new


def note_standing(session: Session, now: datetime, event: Event, standing: Standing) -> None:
    """Let the course of somebody know what is credited to them; of who was added at the door, once they have taken it up."""
    enrollment = standing.registration.enrollment
    if enrollment is not None and standing.credited:
        _note(session, now, event, standing, enrollment)
    elif enrollment is not None:
        take_back_attendance(session, enrollment)


def _note(session: Session, now: datetime, event: Event, standing: Standing, enrollment: Enrollment) -> None:
    delivery = standing.registration.delivery
    by_id = {each.id: each for each in event.sessions}
    credited = [each for each in standing.outcomes if each.credited]
    note_attendance(
        session,
        now,
        enrollment,
        attended_at=max(each.ends for each in credited),
        location="Live online" if delivery == "live_online" else event.place,
        delivery=delivery,
        minutes=standing.credited,
        sessions=[
            {
                "title": by_id[each.session_id].title,
                "presenter": by_id[each.session_id].presenter,
                "begins": each.begins.isoformat(),
                "ends": each.ends.isoformat(),
                "present": each.presence.present,
                "credited": each.credited,
            }
            for each in credited
        ],
    )


def take_up(session: Session, now: datetime, registration: Registration, person: Person) -> None:
    """Let somebody say that it was them who was added at the door, at the address of their account; what was confirmed by
    then reaches their course.

    Raises DomainError for anybody else, and for those who are registered beside it.
    """
    event = registration.event
    session.refresh(event, ["confirmed_at"], with_for_update=True)
    session.refresh(registration, ["person_id", "state"])
    _refuse_other_owner(registration, person)
    if find_registration(session, event.id, person.id):
        raise DomainError(
            "You have registered for this event yourself as well. Write to the provider, who decides which one counts."
        )
    registration.person = person
    registration.enrollment = enroll(session, now, person.id, event.version, also_retired=True)
    session.flush()
    (standing,) = standings(session, event, [registration])
    if registration.confirmed_minutes == standing.credited:
        note_standing(session, now, event, standing)


def refuse_walk_in(session: Session, now: datetime, registration: Registration, person: Person) -> None:
    """Let the owner of an address say that it was not them; nothing is credited. Raises DomainError for anybody else."""
    _refuse_other_owner(registration, person)
    registration.state, registration.canceled_at = "canceled", now
    session.flush()


def _refuse_other_owner(registration: Registration, person: Person) -> None:
    is_open = registration.person_id is None and registration.state == "registered"
    if not is_open or registration.walk_in_email != person.email or person.confirmed_at is None:
        raise DomainError("This was answered already, or is not for the address of your account.")
