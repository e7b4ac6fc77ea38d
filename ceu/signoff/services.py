"""Signing without an account, taking such records into one, and withdrawing a signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.accounts.queries import get_person
from ceu.accounts.services import confirm_identity
from ceu.accounts.tokens import digest as token_digest, new_token
from ceu.adapters.keys import SiteKeys
from ceu.audit.services import record
from ceu.db.events import emit
from ceu.db.lasting import add_lasting
from ceu.domain.dates import day_text
from ceu.domain.errors import DomainError, NotFound
from ceu.domain.events import LogChanged
from ceu.domain.experience import RecordKind, WeekState
from ceu.experience.checks import LicenseFacts, check_license
from ceu.experience.models import SigningLink, SignOff, Supervision, WeekSheet, WrongCode
from ceu.experience.own_words import check_free_text
from ceu.experience.queries import find_twin
from ceu.experience.records import WITHDRAWAL, read_record, withdrawal_body
from ceu.experience.services import (
    Hand,
    add_comment,
    append_record,
    assign,
    body_of,
    check_license_held,
    check_unchanged,
    locked_sentence,
    open_log,
    put_license,
    seal_week,
    week_name,
)
from ceu.experience.sign_links import (
    IDENTITY_CHECK,
    LINK_LIFE,
    MOST_WEEKS,
    check_code_age,
    code_digest,
    is_code,
    new_code,
    refuse_more_codes,
    refuse_more_links,
    refuse_unless_open,
)
from ceu.experience.sign_models import WeekReminder
from ceu.experience.sign_queries import (
    count_links_lately,
    list_behind_link,
    list_comments,
    list_unclaimed,
    list_waiting_with_reminders,
    state_of_link,
)
from ceu.signoff.reminders import TERMS, due_term

MOST_COMMENTS = 50

# ---- asking ------------------------------------------------------------------------------------------------------


def ask_for_signatures(
    session: Session, now: datetime, supervision: Supervision, sheets: Sequence[WeekSheet]
) -> tuple[SigningLink, str]:
    """Hand weeks in to a supervisor who signs by an e-mailed link; returns the link and the token to send.

    A week that waits behind an earlier link moves behind this one.
    """
    open_log(session, supervision.trainee_id, now)
    session.refresh(supervision)
    if not (supervision.is_unanswered or supervision.is_active):
        raise DomainError("This supervision has ended or was declined. Invite a supervisor, then ask again.")
    if not sheets:
        raise DomainError("Choose at least one week.", field="weeks")
    if len(sheets) > MOST_WEEKS:
        raise DomainError(f"Ask for at most {MOST_WEEKS} weeks with one link.", field="weeks")
    refuse_more_links(count_links_lately(session, supervision.id, now))
    token = new_token()
    link = SigningLink(
        supervision_id=supervision.id,
        email=supervision.supervisor.email if supervision.supervisor else supervision.invited_email,
        token_hash=token_digest(token),
        sent_at=now,
        expires_at=now + LINK_LIFE,
        printed_name=supervision.supervisor.name if supervision.supervisor else supervision.invited_name,
    )
    session.add(link)
    session.flush()
    for sheet in sheets:
        _hand_in(session, now, supervision, sheet, link)
    emit(session, LogChanged(supervision.trainee_id))
    return link, token


def _hand_in(
    session: Session, now: datetime, supervision: Supervision, sheet: WeekSheet, link: SigningLink
) -> None:
    session.refresh(sheet)
    if sheet.setting_id != supervision.setting_id or (
        sheet.apart_for_id is not None and supervision.id not in {sheet.apart_for_id, sheet.supervision_id}
    ):
        raise NotFound
    waits_here = sheet.state == WeekState.SUBMITTED and sheet.supervision_id == supervision.id
    if not sheet.is_open and not waits_here:
        raise DomainError(locked_sentence(sheet), field="weeks")
    if sheet.minutes == 0:
        raise DomainError(f"{week_name(sheet)} has no entries. Log time first.", field="weeks")
    assign(sheet, supervision)
    sheet.state = WeekState.SUBMITTED
    sheet.submitted_at = now
    sheet.signing_link_id = link.id
    record(session, now, sheet.person_id, "week.submitted", sheet, version=sheet.version, link=link.id)


def revoke_link(session: Session, now: datetime, link: SigningLink) -> None:
    """Take a link back; the weeks behind it are open again."""
    trainee_id = link.supervision.trainee_id
    open_log(session, trainee_id, now)
    session.refresh(link)
    if link.used_at is not None:
        raise DomainError("The weeks behind this link have been signed. Amend a week if something is wrong.")
    if link.revoked_at is not None:
        return
    link.revoked_at = now
    for sheet in list_behind_link(session, link.id):
        sheet.state = WeekState.DRAFT
        sheet.version += 1
        record(session, now, trainee_id, "week.withdrawn", sheet, version=sheet.version, link=link.id)
    record(session, now, trainee_id, "signing_link.revoked", link)


# ---- signing by link ---------------------------------------------------------------------------------------------


def send_code(session: Session, now: datetime, link: SigningLink, token: str) -> str:
    """Make the code of a link anew; returns it, to be mailed to the link's address."""
    _open_link(session, now, link)
    refuse_more_codes(link.codes_sent)
    code = new_code()
    link.code_hash = code_digest(token, code)
    link.code_sent_at = now
    link.codes_sent += 1
    session.flush()
    return code


def check_code(session: Session, now: datetime, link: SigningLink, token: str, code: str) -> None:
    """Make sure that whoever holds the link also reads its mailbox now.

    Raises DomainError on ``code``; wrong codes stay counted when the request is refused, and a few of them end the link.
    """
    _open_link(session, now, link)
    check_code_age(now, link.code_sent_at)
    if not is_code(token, code, link.code_hash):
        add_lasting(session, WrongCode(link_id=link.id, at=now))
        raise DomainError(
            "This is not the code we sent last. Look at the newest message and type its six digits.",
            field="code",
        )


def name_signer(
    session: Session,
    now: datetime,
    link: SigningLink,
    *,
    printed_name: str,
    license_facts: LicenseFacts,
    related: bool,
) -> None:
    """Note who is about to sign and under which license; the rules read it at once, so that their remarks are right."""
    supervision = link.supervision
    today = _open_link(session, now, link)
    check_license(license_facts, today)
    if not any(letter.isalpha() for letter in printed_name):
        raise DomainError("Enter your name as it should be printed on the record.", field="printed_name")
    link.printed_name = printed_name
    supervision.related = related
    put_license(supervision, license_facts)
    record(session, now, None, "signing_link.signer_named", link, related=related)
    emit(session, LogChanged(supervision.trainee_id))


def sign_by_link(
    session: Session, now: datetime, keys: SiteKeys, link: SigningLink, shown: Sequence[tuple[int, str]]
) -> list[SignOff]:
    """Sign all weeks behind a link exactly as they were shown (week and digest), all or none; the link is used up."""
    supervision = link.supervision
    today = _open_link(session, now, link)
    if not supervision.license_number:
        raise DomainError("Say first who you are and under which license you sign.")
    waiting = list_behind_link(session, link.id)
    digests = dict(shown)
    if not waiting or digests.keys() != {sheet.id for sheet in waiting}:
        raise DomainError("The weeks have changed since this page was opened. Read them again, then sign.")
    bodies = [body_of(sheet, link.printed_name) for sheet in waiting]
    for sheet, body in zip(waiting, bodies, strict=True):
        check_unchanged(sheet, body, digests[sheet.id])
        check_license_held(sheet, supervision, today)
    hand = Hand(link.printed_name, IDENTITY_CHECK, supervision.supervisor_id, link.email)
    signed = [
        seal_week(session, now, keys, sheet, body, hand) for sheet, body in zip(waiting, bodies, strict=True)
    ]
    link.used_at = now
    emit(session, LogChanged(supervision.trainee_id))
    return signed


def _open_link(session: Session, now: datetime, link: SigningLink) -> date:
    """Lock the log behind a link that works; returns the trainee's date. Raises DomainError when it works no longer."""
    today = open_log(session, link.supervision.trainee_id, now)
    session.refresh(link)
    refuse_unless_open(state_of_link(session, link, now))
    if link.supervision.ended_at is not None or link.supervision.declined_at is not None:
        raise DomainError("This supervision was ended or declined, so nothing can be signed under it.")
    return today


# ---- taking records into an account ------------------------------------------------------------------------------


def claim_signatures(session: Session, now: datetime, person: Person) -> int:
    """Take what was signed by links to this person's confirmed address into their account; returns how many records.

    The sealed records stay as they are: they say that a link and a code were used.
    """
    found = list_unclaimed(session, person.email)
    for signed in found:
        signed.signer_id = person.id
        record(session, now, person.id, "sign_off.claimed", signed, sha256=signed.sha256)
    return len(found)


# ---- withdrawing a signature -------------------------------------------------------------------------------------


def withdraw_signature(
    session: Session,
    now: datetime,
    keys: SiteKeys,
    *,
    signer_id: int,
    signed: SignOff,
    reason: str,
    password: str,
    kept_because: str = "",
) -> tuple[SignOff, bool]:
    """Seal the withdrawal of a signature; returns its record, and whether it is new. Both records are kept.

    The week is not signed from then on. It goes back to the trainee as if returned, unless an amendment is in work.
    """
    confirm_identity(session, now, signer_id, password)
    signer = get_person(session, signer_id)
    if signed.signer_id != signer.id or signed.kind != RecordKind.SIGN_OFF:
        raise NotFound
    open_log(session, signed.person_id, now)
    earlier = find_twin(session, signed)
    if earlier is not None:
        return earlier, False
    if not reason.strip():
        raise DomainError("Write why you withdraw your signature.", field="reason")
    check_free_text("reason", reason, kept_because)
    # A signature is about a week.
    assert signed.sheet_id is not None
    assert signed.sheet_version is not None
    assert signed.supervision_id is not None
    sheet = session.get_one(WeekSheet, signed.sheet_id)
    session.refresh(sheet)
    if sheet.signed_version != signed.sheet_version:
        raise DomainError(
            f"{week_name(sheet)} has been signed anew since {day_text(signed.signed_at.date())}. "
            "Only the signature in force can be withdrawn."
        )
    withdrawal = append_record(
        session, now, keys, sheet, withdrawal_body(read_record(signed.record), reason.strip()), Hand.of(signer),
        kind=RecordKind.WITHDRAWAL, meaning=WITHDRAWAL, version=signed.sheet_version,
        supervision_id=signed.supervision_id,
    )  # fmt: skip
    sheet.signed_version, sheet.signed_minutes, sheet.signed_at = None, 0, None
    if sheet.state == WeekState.SIGNED:
        sheet.state = WeekState.RETURNED
        sheet.version += 1
        sheet.returned_at = now
        sheet.return_comment = reason.strip()
    add_comment(session, now, sheet, signer.id, signer.name, reason.strip())
    session.expire(sheet, ["in_force"])
    record(
        session, now, signer.id, "week.signature_withdrawn", sheet,
        version=signed.sheet_version, sha256=withdrawal.sha256,
    )  # fmt: skip
    emit(session, LogChanged(sheet.person_id))
    return withdrawal, True


# ---- the thread of a week ----------------------------------------------------------------------------------------


def answer_comment(
    session: Session, now: datetime, sheet: WeekSheet, text: str, kept_because: str = ""
) -> None:
    """Answer, as the trainee, what a supervisor wrote when returning a week."""
    open_log(session, sheet.person_id, now)
    session.refresh(sheet)
    said = list_comments(session, [sheet.id]).get(sheet.id, [])
    if not said:
        raise DomainError(f"{week_name(sheet)} has no comment to answer.")
    if sheet.state == WeekState.SIGNED:
        raise DomainError(f"{week_name(sheet)} is signed. Amend it if something is wrong.")
    if not text.strip():
        raise DomainError("Write your answer.", field="text")
    check_free_text("text", text, kept_because)
    if len(said) >= MOST_COMMENTS:
        raise DomainError(f"This thread has {MOST_COMMENTS} remarks. Talk to each other.")
    trainee = get_person(session, sheet.person_id)
    add_comment(session, now, sheet, trainee.id, trainee.name, text.strip())


# ---- reminders ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reminder:
    """A week that has waited so many days, and where its supervisor is reached."""

    sheet: WeekSheet
    supervision: Supervision
    days: int

    @property
    def email(self) -> str:
        """The supervisor's address: that of the account, else that of the invitation."""
        account = self.supervision.supervisor
        return account.email if account else self.supervision.invited_email

    @property
    def is_by_link(self) -> bool:
        """Whether only an e-mailed link can sign it."""
        return self.supervision.supervisor is None


def note_reminders(session: Session, now: datetime) -> list[Reminder]:
    """Note which reminders are due, so that each goes out once; returns them for the mails, by trainee and week."""
    due = []
    for sheet, sent in list_waiting_with_reminders(session, now - timedelta(days=TERMS[0])):
        term = due_term(sheet.submitted_at, now, sent) if sheet.submitted_at else None
        if term is not None and sheet.supervision is not None:
            session.add(WeekReminder(sheet_id=sheet.id, version=sheet.version, days=term, sent_at=now))
            due.append(Reminder(sheet, sheet.supervision, term))
    session.flush()
    return due
