"""A week's way to its signature: submitted, returned, withdrawn, signed once, chained, and locked."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.audit.models import AuditEntry
from ceu.domain.errors import DomainError, NotFound
from ceu.experience.checks import LicenseFacts
from ceu.experience.models import SignOff, Supervision, WorkSetting
from ceu.experience.queries import list_chain
from ceu.experience.records import digest, read_record
from ceu.experience.services import (
    Shown,
    body_of,
    change_license,
    end_supervision,
    return_for_correction,
    sign_off,
    submit_week,
    withdraw_week,
)
from ceu.signing.export import export_file, verify_file
from ceu.signing.records import Answer, verify_chain
from tests.experience.builders import (
    MONDAY,
    log,
    make_setting,
    make_supervision,
    sheet_of,
    sign,
    submitted_week,
)
from tests.factories import FROZEN_NOW, PASSWORD, make_person

WEEK = timedelta(days=7)


# ---- submitting --------------------------------------------------------------------------------------------------


def test_a_week_is_submitted_to_the_one_supervisor(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    sheet = submitted_week(session, outside, bayview)
    assert (sheet.state, sheet.supervision_id, sheet.submitted_at) == (
        "submitted",
        supervision.id,
        FROZEN_NOW,
    )


def test_a_week_without_a_supervisor_cannot_be_submitted(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    make_supervision(session, bayview)
    with pytest.raises(DomainError, match="Nobody has accepted yet"):
        submitted_week(session, outside, bayview)


def test_supervisors_of_another_setting_or_ended_ones_do_not_do(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, dana: Person, bob: Person
) -> None:
    make_supervision(session, make_setting(session, alice, "Oak School"), dana)
    make_supervision(session, bayview, bob, ended_at=FROZEN_NOW)
    with pytest.raises(DomainError, match="Nobody has accepted yet"):
        submitted_week(session, outside, bayview)


def test_of_two_supervisors_one_is_chosen(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, bob: Person
) -> None:
    second = make_supervision(session, bayview, bob)
    log(session, outside, bayview)
    sheet = sheet_of(session, bayview)
    with pytest.raises(DomainError) as caught:
        submit_week(session, FROZEN_NOW, sheet)
    assert caught.value.field == "supervision_id"
    submit_week(session, FROZEN_NOW, sheet, second.id)
    assert sheet.supervision_id == second.id


def test_a_supervision_of_somebody_else_is_not_found(
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    bob: Person,
    dana: Person,
) -> None:
    other = make_supervision(session, make_setting(session, bob, "Elsewhere"), dana)
    log(session, outside, bayview)
    with pytest.raises(NotFound):
        submit_week(session, FROZEN_NOW, sheet_of(session, bayview), other.id)


def test_an_empty_week_cannot_be_submitted(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    entry = log(session, outside, bayview)
    sheet = entry.sheet
    session.delete(entry)
    sheet.minutes = 0
    session.flush()
    with pytest.raises(DomainError, match="nothing in this week"):
        submit_week(session, FROZEN_NOW, sheet)


def test_a_week_is_submitted_only_once(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    sheet = submitted_week(session, outside, bayview)
    with pytest.raises(DomainError, match="waits for Dana"):
        submit_week(session, FROZEN_NOW, sheet)


def test_withdrawing_twice_is_withdrawing_once(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    sheet = submitted_week(session, outside, bayview)
    withdraw_week(session, FROZEN_NOW, sheet)
    withdraw_week(session, FROZEN_NOW, sheet)
    assert (sheet.state, sheet.version) == ("draft", 2)


# ---- returning ---------------------------------------------------------------------------------------------------


def test_a_week_is_returned_with_a_comment_and_submitted_again(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    sheet = submitted_week(session, outside, bayview)
    return_for_correction(session, FROZEN_NOW, sheet, "  Thursday was 50 minutes.  ")
    assert (sheet.state, sheet.version, sheet.return_comment) == ("returned", 2, "Thursday was 50 minutes.")
    log(session, outside, bayview, minutes=10)
    submit_week(session, FROZEN_NOW, sheet)
    assert (sheet.state, sheet.minutes) == ("submitted", 60)


def test_a_return_needs_a_comment(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision
) -> None:
    sheet = submitted_week(session, outside, bayview)
    with pytest.raises(DomainError) as caught:
        return_for_correction(session, FROZEN_NOW, sheet, "   ")
    assert caught.value.field == "comment"


def test_a_signed_week_cannot_be_returned(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    sign(session, outside, dana, sheet)
    with pytest.raises(DomainError, match="no longer waits"):
        return_for_correction(session, FROZEN_NOW, sheet, "Too late")


# ---- signing -----------------------------------------------------------------------------------------------------


def test_a_week_is_signed(
    session: Session,
    outside: Outside,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
) -> None:
    sheet = submitted_week(session, outside, bayview, start_minute=600, note="Intake")
    body = body_of(sheet)
    (signed,) = sign(session, outside, dana, sheet)
    record = read_record(signed.record)
    assert (sheet.state, sheet.signed_at) == ("signed", FROZEN_NOW)
    assert (signed.person_id, signed.signer_id, signed.previous_sha256) == (alice.id, dana.id, "")
    assert record.body == body
    assert (record.kind, record.identity_check, record.signer.name) == (
        "experience_sign_off",
        "password",
        "Dana Example",
    )
    assert record.signer.license == "LMFT 98765, expires 2028-03-31"
    assert record.meaning == body["attestation"]
    assert record.sha256 == signed.sha256
    assert verify_chain([record], outside.keys.public_keys).answer is Answer.GENUINE


def test_each_step_is_noted_with_who_took_it(
    session: Session,
    outside: Outside,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
) -> None:
    sheet = submitted_week(session, outside, bayview)
    return_for_correction(session, FROZEN_NOW, sheet, "Thursday")
    submit_week(session, FROZEN_NOW, sheet)
    withdraw_week(session, FROZEN_NOW, sheet)
    submit_week(session, FROZEN_NOW, sheet)
    sign(session, outside, dana, sheet)
    noted = [
        (entry.action, entry.actor_person_id)
        for entry in session.scalars(
            select(AuditEntry).where(AuditEntry.subject_kind == "week_sheet").order_by(AuditEntry.id)
        )
    ]
    assert noted == [
        ("week.submitted", alice.id),
        ("week.returned", dana.id),
        ("week.submitted", alice.id),
        ("week.withdrawn", alice.id),
        ("week.submitted", alice.id),
        ("week.signed", dana.id),
    ]


def test_signatures_form_one_chain_of_the_log_over_settings_and_supervisors(
    session: Session, outside: Outside, alice: Person, bayview: WorkSetting, supervision: Supervision, dana: Person,
    bob: Person,
) -> None:  # fmt: skip
    school = make_setting(session, alice, "Oak School")
    make_supervision(session, school, bob)
    sign(session, outside, dana, submitted_week(session, outside, bayview))
    sign(session, outside, bob, submitted_week(session, outside, school))
    sign(session, outside, dana, submitted_week(session, outside, bayview, MONDAY - WEEK))
    chain = [read_record(one.record) for one in list_chain(session, alice.id)]
    assert verify_chain(chain, outside.keys.public_keys).answer is Answer.GENUINE
    checked = verify_file(export_file(chain, outside.keys.public_keys.values()), outside.keys.public_keys)
    assert checked.verification.answer is Answer.GENUINE
    assert len(checked.records) == 3


def test_a_chain_cannot_fork(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    (signed,) = sign(session, outside, dana, sheet)
    session.add(
        SignOff(
            person_id=signed.person_id,
            sheet_id=sheet.id,
            sheet_version=2,
            signer_id=dana.id,
            record="{}",
            sha256="0" * 64,
            previous_sha256="",
            signed_at=FROZEN_NOW,
        )
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()


def test_signing_twice_signs_once(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    (first,) = sign(session, outside, dana, sheet)
    (second,) = sign(session, outside, dana, sheet)
    assert second is first
    assert session.scalar(select(func.count(SignOff.id))) == 1


def test_a_wrong_password_signs_nothing(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    with pytest.raises(DomainError) as caught:
        sign(session, outside, dana, sheet, password="guess")
    assert caught.value.field == "password"
    assert sheet.state == "submitted"


def test_a_week_that_changed_since_it_was_shown_is_not_signed(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    shown = Shown(sheet, digest(body_of(sheet)))
    withdraw_week(session, FROZEN_NOW, sheet)
    log(session, outside, bayview, minutes=10)
    submit_week(session, FROZEN_NOW, sheet)
    with pytest.raises(DomainError, match="has changed since this page was opened"):
        sign_off(
            session,
            FROZEN_NOW,
            outside.keys,
            signer_id=dana.id,
            shown=[shown],
            password=PASSWORD,
        )
    assert sheet.state == "submitted"


@pytest.mark.parametrize("shown", ["", "0" * 64, "x" * 100_000])
def test_a_made_up_digest_signs_nothing(
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
    shown: str,
) -> None:
    sheet = submitted_week(session, outside, bayview)
    with pytest.raises(DomainError, match="has changed"):
        sign_off(
            session,
            FROZEN_NOW,
            outside.keys,
            signer_id=dana.id,
            shown=[Shown(sheet, shown)],
            password=PASSWORD,
        )


def test_nobody_else_can_sign(
    session: Session,
    outside: Outside,
    alice: Person,
    bayview: WorkSetting,
    supervision: Supervision,
    bob: Person,
) -> None:
    sheet = submitted_week(session, outside, bayview)
    for person in (alice, bob):
        with pytest.raises(NotFound):
            sign(session, outside, person, sheet)
    assert sheet.state == "submitted"


def test_an_ended_supervision_cannot_sign(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    supervision.ended_at = FROZEN_NOW
    session.flush()
    with pytest.raises(DomainError, match="no longer waits"):
        sign(session, outside, dana, sheet)


def test_a_withdrawn_week_cannot_be_signed(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    withdraw_week(session, FROZEN_NOW, sheet)
    with pytest.raises(DomainError, match="no longer waits"):
        sign(session, outside, dana, sheet)


@pytest.mark.parametrize(("last_day", "is_signed"), [(MONDAY - timedelta(days=1), False), (MONDAY, True)])
def test_days_after_the_license_expired_cannot_be_signed_and_those_before_can(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person,
    last_day: date, is_signed: bool,
) -> None:  # fmt: skip
    sheet = submitted_week(session, outside, bayview)
    supervision.license_expires_on = last_day
    session.flush()
    if is_signed:
        sign(session, outside, dana, sheet)
    else:
        with pytest.raises(DomainError, match="after your license expired on 15 Nov 2026"):
            sign(session, outside, dana, sheet)
    assert (sheet.state == "signed") is is_signed


def test_a_renewed_license_signs_again_and_signed_records_keep_the_old_one(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    (old,) = sign(session, outside, dana, submitted_week(session, outside, bayview))
    renewed = LicenseFacts("LMFT", "98765", date(2015, 5, 1), date(2030, 3, 31))
    change_license(session, FROZEN_NOW, supervision, renewed)
    (new,) = sign(session, outside, dana, submitted_week(session, outside, bayview, MONDAY - WEEK))
    assert json.loads(old.record)["body"]["supervisor"]["license"]["expires_on"] == "2028-03-31"
    assert json.loads(new.record)["body"]["supervisor"]["license"]["expires_on"] == "2030-03-31"


def test_several_weeks_are_signed_at_one_sitting(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    carol = make_person(session, "carol")
    school = make_setting(session, carol, "Oak School")
    make_supervision(session, school, dana)
    weeks = [
        submitted_week(session, outside, bayview, MONDAY - WEEK),
        submitted_week(session, outside, bayview),
        submitted_week(session, outside, school),
    ]
    signed = sign(session, outside, dana, *weeks)
    assert [one.sheet_id for one in signed] == [week.id for week in weeks]
    assert signed[1].previous_sha256 == signed[0].sha256
    assert signed[2].previous_sha256 == ""


def test_several_weeks_are_signed_all_or_none(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    first = submitted_week(session, outside, bayview, MONDAY - WEEK)
    second = submitted_week(session, outside, bayview)
    shown = [Shown(first, digest(body_of(first))), Shown(second, "0" * 64)]
    with pytest.raises(DomainError, match="week of 16 Nov 2026"):
        sign_off(
            session,
            FROZEN_NOW,
            outside.keys,
            signer_id=dana.id,
            shown=shown,
            password=PASSWORD,
        )
    assert (first.state, second.state) == ("submitted", "submitted")
    assert session.scalar(select(func.count(SignOff.id))) == 0


def test_a_supervision_does_not_end_while_weeks_wait_for_it(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sheet = submitted_week(session, outside, bayview)
    with pytest.raises(DomainError, match=r"still wait for Dana Example's signature \(16 Nov 2026\)"):
        end_supervision(session, FROZEN_NOW, supervision)
    sign(session, outside, dana, sheet)
    end_supervision(session, FROZEN_NOW, supervision)
    assert supervision.ended_at == FROZEN_NOW
