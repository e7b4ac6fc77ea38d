"""Signing by an e-mailed link, amending what is signed, and withdrawing a signature: each a record that stays."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.db.lasting import restore_lasting
from ceu.domain.errors import DomainError, NotFound
from ceu.experience.assessing import current_assessment
from ceu.experience.checks import LicenseFacts
from ceu.experience.models import SigningLink, SignOff, Supervision, WeekSheet, WorkSetting, WrongCode
from ceu.experience.own_queries import get_own_words
from ceu.experience.own_words import ClientIdentifiers, OwnWords
from ceu.experience.queries import hours_by_state, list_chain
from ceu.experience.records import digest, read_record
from ceu.experience.services import (
    Shown,
    accept_invitation,
    amend_week,
    body_of,
    change_entry,
    drop_amendment,
    return_for_correction,
    sign_off,
    submit_week,
    withdraw_week,
)
from ceu.experience.sign_links import CODE_LIFE, LINK_LIFE, MOST_CODES, MOST_LINKS_PER_DAY, MOST_WRONG_CODES
from ceu.signing.export import export_file, verify_file
from ceu.signing.records import Answer
from ceu.signing.report import report_file
from ceu.signoff.services import (
    answer_comment,
    ask_for_signatures,
    check_code,
    claim_signatures,
    name_signer,
    revoke_link,
    send_code,
    sign_by_link,
    withdraw_signature,
)
from tests.experience.builders import (
    MONDAY,
    log,
    make_setting,
    make_supervision,
    settle,
    sheet_of,
    sign,
    submitted_week,
)
from tests.experience.goals import make_goal
from tests.factories import FROZEN_NOW, PASSWORD, make_person

WEEK = timedelta(days=7)
LICENSE = LicenseFacts("LMFT", "98765", date(2015, 5, 1), date(2028, 3, 31))


@pytest.fixture
def invited(session: Session, bayview: WorkSetting) -> Supervision:
    """Dana was invited to Bayview Clinic and has no account."""
    return make_supervision(session, bayview)


@pytest.fixture
def week(session: Session, outside: Outside, bayview: WorkSetting, invited: Supervision) -> WeekSheet:
    """An open week with 50 minutes."""
    log(session, outside, bayview, start_minute=600, note="Intake")
    return sheet_of(session, bayview)


def ask(session: Session, supervision: Supervision, *weeks: WeekSheet) -> tuple[SigningLink, str]:
    return ask_for_signatures(session, FROZEN_NOW, supervision, weeks)


def named(session: Session, link: SigningLink, token: str, **changes: Any) -> None:
    """The signer has typed the right code and said who they are."""
    check_code(session, FROZEN_NOW, link, token, send_code(session, FROZEN_NOW, link, token))
    facts: dict[str, Any] = {
        "printed_name": "Dana Q. Example",
        "license_facts": LICENSE,
        "related": False,
        **changes,
    }
    name_signer(session, FROZEN_NOW, link, **facts)


def shown(link: SigningLink, *weeks: WeekSheet) -> list[tuple[int, str]]:
    return [(one.id, digest(body_of(one, link.printed_name))) for one in weeks]


def signed_by_link(
    session: Session, outside: Outside, supervision: Supervision, *weeks: WeekSheet
) -> list[SignOff]:
    link, token = ask(session, supervision, *weeks)
    named(session, link, token)
    signed = sign_by_link(session, FROZEN_NOW, outside.keys, link, shown(link, *weeks))
    settle(session, outside)
    return signed


def withdraw(
    session: Session, outside: Outside, signer: Person, signed: SignOff, reason: str = "Not there"
) -> SignOff:
    record, _ = withdraw_signature(
        session,
        FROZEN_NOW,
        outside.keys,
        signer_id=signer.id,
        signed=signed,
        reason=reason,
        password=PASSWORD,
    )
    settle(session, outside)
    return record


def answer_about(session: Session, outside: Outside, person_id: int) -> tuple[Answer, int]:
    chain = [read_record(one.record) for one in list_chain(session, person_id)]
    data = export_file(chain, outside.keys.public_keys.values())
    checked = verify_file(data, outside.keys.public_keys)
    return checked.verification.answer, len(checked.records)


# ---- signing by link ---------------------------------------------------------------------------------------------


def test_weeks_are_signed_without_an_account(
    session: Session, outside: Outside, bayview: WorkSetting, invited: Supervision, week: WeekSheet
) -> None:
    log(session, outside, bayview, day=MONDAY - WEEK)
    earlier = sheet_of(session, bayview, MONDAY - WEEK)
    link, token = ask(session, invited, earlier, week)
    assert (week.state, earlier.state, link.expires_at) == ("submitted", "submitted", FROZEN_NOW + LINK_LIFE)
    named(session, link, token)
    signed = sign_by_link(session, FROZEN_NOW, outside.keys, link, shown(link, earlier, week))
    record = read_record(signed[1].record)
    assert (week.state, week.signed_version, week.signed_minutes) == ("signed", 1, 50)
    assert (record.identity_check, record.signer.name, record.signer.account) == (
        "e-mailed link and code",
        "Dana Q. Example",
        "",
    )
    assert record.signer.license == "LMFT 98765, expires 2028-03-31"
    assert record.body["supervisor"]["name"] == "Dana Q. Example"  # type: ignore[index,call-overload]
    assert (signed[1].signer_id, signed[1].signer_email) == (None, "dana@example.org")
    assert answer_about(session, outside, bayview.person_id) == (Answer.GENUINE, 2)


def test_a_link_signs_once(session: Session, outside: Outside, invited: Supervision, week: WeekSheet) -> None:
    link, token = ask(session, invited, week)
    named(session, link, token)
    sign_by_link(session, FROZEN_NOW, outside.keys, link, shown(link, week))
    with pytest.raises(DomainError, match="has been used"):
        sign_by_link(session, FROZEN_NOW, outside.keys, link, [(week.id, "")])
    with pytest.raises(DomainError, match="have been signed"):
        revoke_link(session, FROZEN_NOW, link)


def test_a_link_expires(session: Session, invited: Supervision, week: WeekSheet) -> None:
    link, token = ask(session, invited, week)
    send_code(session, FROZEN_NOW + LINK_LIFE - timedelta(seconds=1), link, token)
    with pytest.raises(DomainError, match="too old"):
        send_code(session, FROZEN_NOW + LINK_LIFE, link, token)


def test_wrong_codes_stay_counted_and_end_the_link(
    session: Session, invited: Supervision, week: WeekSheet
) -> None:
    link, token = ask(session, invited, week)
    code = send_code(session, FROZEN_NOW, link, token)
    session.commit()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(MOST_WRONG_CODES):
        with pytest.raises(DomainError) as caught:
            check_code(session, FROZEN_NOW, link, token, wrong)
        assert caught.value.field == "code"
        session.rollback()
        restore_lasting(session)
        session.commit()
    assert session.scalar(select(func.count(WrongCode.id))) == MOST_WRONG_CODES
    with pytest.raises(DomainError, match="Too many wrong codes"):
        check_code(session, FROZEN_NOW, link, token, code)


def test_a_code_is_the_one_sent_last_typed_with_blanks_or_without(
    session: Session, invited: Supervision, week: WeekSheet
) -> None:
    link, token = ask(session, invited, week)
    with pytest.raises(DomainError, match="Ask for the code first"):
        check_code(session, FROZEN_NOW, link, token, "000000")
    code = send_code(session, FROZEN_NOW, link, token)
    check_code(session, FROZEN_NOW, link, token, f" {code[:3]} {code[3:]} ")
    with pytest.raises(DomainError, match="older than half an hour"):
        check_code(session, FROZEN_NOW + CODE_LIFE, link, token, code)
    link.code_hash = "0" * 64
    with pytest.raises(DomainError, match="not the code we sent last"):
        check_code(session, FROZEN_NOW, link, token, code)


def test_codes_and_links_do_not_fill_a_mailbox(
    session: Session, invited: Supervision, week: WeekSheet
) -> None:
    link, token = ask(session, invited, week)
    for _ in range(MOST_CODES):
        send_code(session, FROZEN_NOW, link, token)
    with pytest.raises(DomainError, match="5 codes"):
        send_code(session, FROZEN_NOW, link, token)
    for _ in range(MOST_LINKS_PER_DAY - 1):
        ask(session, invited, week)
    with pytest.raises(DomainError, match="within a day"):
        ask(session, invited, week)


def test_a_link_taken_back_opens_its_weeks_again(
    session: Session, outside: Outside, invited: Supervision, week: WeekSheet
) -> None:
    link, token = ask(session, invited, week)
    revoke_link(session, FROZEN_NOW, link)
    revoke_link(session, FROZEN_NOW, link)
    assert (week.state, week.version) == ("draft", 2)
    with pytest.raises(DomainError, match="taken back"):
        send_code(session, FROZEN_NOW, link, token)


def test_a_week_moves_behind_the_newest_link(
    session: Session, outside: Outside, invited: Supervision, week: WeekSheet
) -> None:
    old, old_token = ask(session, invited, week)
    new, _ = ask(session, invited, week)
    named(session, old, old_token)
    with pytest.raises(DomainError, match="weeks have changed"):
        sign_by_link(session, FROZEN_NOW, outside.keys, old, shown(old, week))
    assert week.signing_link_id == new.id


@pytest.mark.parametrize("change", ["withdrawn", "longer", "left out", "renamed", "made up"])
def test_only_what_was_shown_is_signed(
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    invited: Supervision,
    week: WeekSheet,
    change: str,
) -> None:
    log(session, outside, bayview, day=MONDAY - WEEK)
    earlier = sheet_of(session, bayview, MONDAY - WEEK)
    link, token = ask(session, invited, earlier, week)
    named(session, link, token)
    read = shown(link, earlier, week)
    if change == "withdrawn":
        withdraw_week(session, FROZEN_NOW, earlier)
    elif change == "longer":
        week.entries[0].minutes = 55
        session.flush()
    elif change == "left out":
        read = read[:1]
    elif change == "renamed":
        named(session, link, token, printed_name="Somebody Else")
    else:
        read = [(week_id, "0" * 64) for week_id, _ in read]
    with pytest.raises(DomainError, match="changed since this page was opened"):
        sign_by_link(session, FROZEN_NOW, outside.keys, link, read)
    assert session.scalar(select(func.count(SignOff.id))) == 0


def test_nothing_is_signed_before_the_signer_is_named_or_after_the_license_ended(
    session: Session, outside: Outside, invited: Supervision, week: WeekSheet
) -> None:
    link, token = ask(session, invited, week)
    with pytest.raises(DomainError, match="Say first who you are"):
        sign_by_link(session, FROZEN_NOW, outside.keys, link, [(week.id, "")])
    named(session, link, token)
    invited.license_expires_on = MONDAY - timedelta(days=1)
    session.flush()
    with pytest.raises(DomainError, match="after your license expired"):
        sign_by_link(session, FROZEN_NOW, outside.keys, link, shown(link, week))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"printed_name": " - "}, "printed_name"),
        (
            {"license_facts": LicenseFacts("LMFT", "1", date(2015, 5, 1), date(2020, 1, 1))},
            "license_expires_on",
        ),
    ],
)
def test_a_signer_who_cannot_be_is_refused(
    session: Session, invited: Supervision, week: WeekSheet, changes: dict[str, Any], field: str
) -> None:
    link, token = ask(session, invited, week)
    with pytest.raises(DomainError) as caught:
        named(session, link, token, **changes)
    assert caught.value.field == field


def test_what_cannot_be_asked_for_is_refused(
    session: Session,
    outside: Outside,
    alice: Person,
    bayview: WorkSetting,
    invited: Supervision,
    week: WeekSheet,
) -> None:
    school = make_setting(session, alice, "Oak School")
    log(session, outside, school)
    with pytest.raises(NotFound):
        ask(session, invited, sheet_of(session, school))
    with pytest.raises(DomainError, match="Choose at least one week"):
        ask(session, invited)
    signed_by_link(session, outside, invited, week)
    with pytest.raises(DomainError, match="has been signed by Dana Example"):
        ask(session, invited, week)
    invited.ended_at = FROZEN_NOW
    session.flush()
    with pytest.raises(DomainError, match="ended or was declined"):
        ask(session, invited, week)


def test_a_supervisor_with_an_account_may_sign_by_link_and_finds_the_record_there(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    (signed,) = signed_by_link(session, outside, supervision, sheet)
    assert (signed.signer_id, read_record(signed.record).identity_check) == (
        dana.id,
        "e-mailed link and code",
    )


def test_a_record_is_taken_into_the_account_of_its_address_alone(
    session: Session, outside: Outside, invited: Supervision, week: WeekSheet, bob: Person
) -> None:
    (signed,) = signed_by_link(session, outside, invited, week)
    before = signed.record
    dana = make_person(session, "dana")
    assert claim_signatures(session, FROZEN_NOW, bob) == 0
    assert claim_signatures(session, FROZEN_NOW, dana) == 1
    assert claim_signatures(session, FROZEN_NOW, dana) == 0
    assert (signed.signer_id, signed.record) == (dana.id, before)
    withdraw(session, outside, dana, signed)
    assert week.state == "returned"


def test_weeks_behind_a_link_are_in_the_queue_of_the_account_made_meanwhile(
    session: Session, outside: Outside, invited: Supervision, week: WeekSheet
) -> None:
    ask(session, invited, week)
    dana = make_person(session, "dana")
    accept_invitation(session, FROZEN_NOW, invited, supervisor=dana, license_facts=LICENSE, related=False)
    (signed,) = sign(session, outside, dana, week)
    assert signed.signer_id == dana.id


# ---- amending ----------------------------------------------------------------------------------------------------


@pytest.fixture
def signed(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> SignOff:
    """Dana's signature on 50 minutes."""
    sheet = submitted_week(session, outside, bayview, start_minute=600, note="Intake")
    return sign(session, outside, dana, sheet)[0]


def amended(session: Session, outside: Outside, setting: WorkSetting, minutes: int = 30) -> WeekSheet:
    """The signed week with its one entry shortened, not handed in."""
    sheet = sheet_of(session, setting)
    amend_week(session, FROZEN_NOW, sheet, "Thirty minutes, not fifty.")
    entry = sheet.entries[0]
    change_entry(
        session, FROZEN_NOW, entry, setting_id=setting.id, day=entry.day, minutes=minutes, activity=entry.activity,
        client_unit=entry.client_unit, delivery=entry.delivery, start_minute=entry.start_minute,
        head_count=entry.head_count, note=entry.note,
    )  # fmt: skip
    settle(session, outside)
    return sheet


def test_the_signed_version_stays_in_force_until_the_amended_one_is_signed(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, signed: SignOff, dana: Person
) -> None:
    goal = make_goal(session, outside, alice)

    def minutes() -> tuple[int, int]:
        standing = current_assessment(session, outside.packs, goal, FROZEN_NOW.date())
        assert standing is not None
        return standing.signed.minutes, standing.logged.minutes

    sheet = amended(session, outside, bayview)
    assert (sheet.state, sheet.version, sheet.signed_version, sheet.in_force) == ("draft", 2, 1, signed)
    assert minutes() == (50, 30)
    hours = hours_by_state(session, alice.id)
    assert (hours.logged, hours.submitted, hours.signed) == (30, 50, 50)
    submit_week(session, FROZEN_NOW, sheet)
    settle(session, outside)
    assert minutes() == (50, 30)
    (second,) = sign(session, outside, dana, sheet)
    assert minutes() == (30, 30)
    assert (sheet.signed_version, sheet.in_force) == (2, second)
    assert hours_by_state(session, alice.id).signed == 30
    assert read_record(second.record).body["amends"] == {
        "version": 1,
        "sha256": signed.sha256,
        "reason": "Thirty minutes, not fifty.",
    }
    assert json.loads(signed.record)["body"]["entries"][0]["minutes"] == 50
    assert answer_about(session, outside, alice.id) == (Answer.GENUINE, 2)


def test_an_amendment_that_empties_the_week_leaves_the_signed_hours(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, signed: SignOff
) -> None:
    goal = make_goal(session, outside, alice)
    sheet = sheet_of(session, bayview)
    amend_week(session, FROZEN_NOW, sheet, "Wrong week")
    session.delete(sheet.entries[0])
    sheet.minutes = 0
    session.flush()
    settle(session, outside)
    standing = current_assessment(session, outside.packs, goal, FROZEN_NOW.date())
    assert standing is not None
    assert (standing.signed.minutes, standing.logged.minutes) == (50, 0)


def test_signing_an_amendment_twice_signs_it_once(
    session: Session, outside: Outside, bayview: WorkSetting, signed: SignOff, dana: Person
) -> None:
    sheet = amended(session, outside, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    read = Shown(sheet, digest(body_of(sheet)))
    for is_new in (True, False):
        (one,) = sign_off(
            session, FROZEN_NOW, outside.keys, signer_id=dana.id, shown=[read], password=PASSWORD
        )
        assert one.is_new is is_new


def test_an_amendment_is_given_up(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, signed: SignOff
) -> None:
    sheet = amended(session, outside, bayview)
    drop_amendment(session, FROZEN_NOW, sheet)
    settle(session, outside)
    drop_amendment(session, FROZEN_NOW, sheet)
    assert (sheet.state, sheet.version, sheet.signed_version, sheet.minutes) == ("signed", 3, 1, 50)
    (entry,) = sheet.entries
    assert (entry.minutes, entry.start_minute, entry.note) == (50, 600, "Intake")
    assert hours_by_state(session, alice.id).signed == 50
    amend_week(session, FROZEN_NOW, sheet, "After all")
    assert sheet.version == 4


def test_an_amendment_given_up_loses_neither_the_client_nor_the_own_words(
    session: Session, outside: Outside, dana: Person, bayview: WorkSetting, supervision: Supervision
) -> None:
    for start, client in ((600, "one"), (700, "two")):
        entry = log(session, outside, bayview, start_minute=start, own=OwnWords(("CBT",), reflection="Slow."))
        entry.client_hash = client
    sheet = sheet_of(session, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    sign(session, outside, dana, sheet)
    amend_week(session, FROZEN_NOW, sheet, "The second took longer")
    changed, _ = sheet.entries
    logged_at = changed.logged_at
    change_entry(
        session, FROZEN_NOW, changed, setting_id=bayview.id, day=MONDAY, minutes=20, activity="notes",
        own=OwnWords(("Late",)),
    )  # fmt: skip
    drop_amendment(session, FROZEN_NOW, sheet)
    entries = sorted(sheet.entries, key=lambda one: one.start_minute or 0)
    assert [(one.start_minute, one.client_hash) for one in entries] == [(600, "one"), (700, "two")]
    assert [get_own_words(session, one.id) for one in entries] == [OwnWords(("CBT",), reflection="Slow.")] * 2
    assert entries[0].logged_at == logged_at
    assert sheet.before_amendment == []


@pytest.mark.parametrize("text", ["About client John Smith", "Born 11/16/1986", "Call 415-555-1212"])
def test_words_about_a_week_hold_no_identifier_without_a_reason(
    session: Session, outside: Outside, dana: Person, bayview: WorkSetting, signed: SignOff, text: str
) -> None:
    sheet = sheet_of(session, bayview)
    for refused in (
        lambda: amend_week(session, FROZEN_NOW, sheet, text),
        lambda: withdraw_signature(
            session,
            FROZEN_NOW,
            outside.keys,
            signer_id=dana.id,
            signed=signed,
            reason=text,
            password=PASSWORD,
        ),
    ):
        with pytest.raises(ClientIdentifiers) as caught:
            refused()
        assert caught.value.field == "reason"
    with pytest.raises(ClientIdentifiers, match="must not hold the identifier"):
        amend_week(session, FROZEN_NOW, sheet, text, "it is client John Smith")
    amend_week(session, FROZEN_NOW, sheet, text, "A date worked, not a client's")
    submit_week(session, FROZEN_NOW, sheet)
    with pytest.raises(ClientIdentifiers) as caught:
        return_for_correction(session, FROZEN_NOW, sheet, text)
    assert caught.value.field == "comment"
    return_for_correction(session, FROZEN_NOW, sheet, text, "A date worked")
    with pytest.raises(ClientIdentifiers) as caught:
        answer_comment(session, FROZEN_NOW, sheet, text)
    assert caught.value.field == "text"


def test_an_amendment_that_waits_is_withdrawn_before_it_is_given_up(
    session: Session, outside: Outside, bayview: WorkSetting, signed: SignOff
) -> None:
    sheet = amended(session, outside, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    with pytest.raises(DomainError, match="Withdraw it first"):
        drop_amendment(session, FROZEN_NOW, sheet)


def test_an_amendment_is_not_given_up_over_hours_logged_elsewhere_meanwhile(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, signed: SignOff
) -> None:
    amended(session, outside, bayview, minutes=10)
    log(session, outside, make_setting(session, alice, "Oak School"), start_minute=630)
    with pytest.raises(DomainError, match="overlaps"):
        drop_amendment(session, FROZEN_NOW, sheet_of(session, bayview))


def test_only_a_signed_week_is_amended_and_with_a_reason(
    session: Session, outside: Outside, bayview: WorkSetting, signed: SignOff
) -> None:
    sheet = sheet_of(session, bayview)
    with pytest.raises(DomainError) as caught:
        amend_week(session, FROZEN_NOW, sheet, "  ")
    assert caught.value.field == "reason"
    amend_week(session, FROZEN_NOW, sheet, "Once")
    with pytest.raises(DomainError, match="is not signed"):
        amend_week(session, FROZEN_NOW, sheet, "Twice")


# ---- withdrawing -------------------------------------------------------------------------------------------------


def test_a_withdrawn_signature_leaves_two_records_and_no_signed_hours(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, signed: SignOff, dana: Person
) -> None:
    goal = make_goal(session, outside, alice)
    sheet = sheet_of(session, bayview)
    record = withdraw(session, outside, dana, signed, "I was on leave that week.")
    assert (sheet.state, sheet.version, sheet.signed_version, sheet.signed_at) == ("returned", 2, None, None)
    assert sheet.return_comment == "I was on leave that week."
    assert hours_by_state(session, alice.id).signed == 0
    standing = current_assessment(session, outside.packs, goal, FROZEN_NOW.date())
    assert standing is not None
    assert standing.signed.minutes == 0
    sealed = read_record(record.record)
    assert (sealed.kind, sealed.previous) == ("experience_sign_off_withdrawal", signed.sha256)
    assert sealed.body["withdraws"] == {"sha256": signed.sha256, "signed_at": "2026-11-24T17:00:00Z"}
    assert sealed.body["reason"] == "I was on leave that week."
    assert answer_about(session, outside, alice.id) == (Answer.GENUINE, 2)
    submit_week(session, FROZEN_NOW, sheet)
    sign(session, outside, dana, sheet)
    assert answer_about(session, outside, alice.id) == (Answer.GENUINE, 3)


def test_withdrawing_twice_withdraws_once(
    session: Session, outside: Outside, signed: SignOff, dana: Person
) -> None:
    assert withdraw(session, outside, dana, signed) is withdraw(session, outside, dana, signed)


def test_withdrawing_under_an_amendment_leaves_the_amendment(
    session: Session, outside: Outside, bayview: WorkSetting, signed: SignOff, dana: Person
) -> None:
    sheet = amended(session, outside, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    read = Shown(sheet, digest(body_of(sheet)))
    withdraw(session, outside, dana, signed)
    assert (sheet.state, sheet.signed_version) == ("submitted", None)
    assert "amends" not in body_of(sheet)
    with pytest.raises(DomainError, match="changed since this page was opened"):
        sign_off(session, FROZEN_NOW, outside.keys, signer_id=dana.id, shown=[read], password=PASSWORD)


def test_a_replaced_signature_is_not_withdrawn(
    session: Session, outside: Outside, bayview: WorkSetting, signed: SignOff, dana: Person
) -> None:
    sheet = amended(session, outside, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    sign(session, outside, dana, sheet)
    with pytest.raises(DomainError, match="signed anew"):
        withdraw(session, outside, dana, signed)


def test_only_the_signer_withdraws_with_password_and_reason(
    session: Session, outside: Outside, alice: Person, bob: Person, signed: SignOff, dana: Person
) -> None:
    for person in (alice, bob):
        with pytest.raises(NotFound):
            withdraw(session, outside, person, signed)
    for facts, field in (({"reason": " "}, "reason"), ({"password": "guess"}, "password")):
        with pytest.raises(DomainError) as caught:
            withdraw_signature(
                session, FROZEN_NOW, outside.keys,
                **{"signer_id": dana.id, "signed": signed, "reason": "Why", "password": PASSWORD, **facts},  # type: ignore[arg-type]
            )  # fmt: skip
        assert caught.value.field == field
    with pytest.raises(NotFound):
        withdraw(session, outside, dana, withdraw(session, outside, dana, signed))


def test_the_report_of_a_file_says_what_was_withdrawn_and_what_replaced(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, signed: SignOff, dana: Person
) -> None:
    sheet = amended(session, outside, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    (second,) = sign(session, outside, dana, sheet)
    withdraw(session, outside, dana, second)
    chain = [read_record(one.record) for one in list_chain(session, alice.id)]
    keys = outside.keys.public_keys
    report = report_file(export_file(chain, keys.values()), keys)
    assert report.exit_code == 0
    assert "   It was replaced by record 2." in report.lines
    assert "   It was withdrawn by record 3." in report.lines
    assert report.lines[4].startswith("3. Experience sign off withdrawal, signed by Dana Example")
