"""A supervisor who is called otherwise, a setting that has ended: what was signed stays, and what waits can be signed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.errors import DomainError
from ceu.experience.checks import SettingFacts
from ceu.experience.models import Supervision, WorkSetting
from ceu.experience.queries import hours_by_state, list_chain
from ceu.experience.records import read_record
from ceu.experience.services import change_setting, submit_week
from ceu.signing.records import Answer, verify_chain
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, sheet_of, sign, submitted_week
from tests.factories import FROZEN_NOW

BEFORE = MONDAY - timedelta(weeks=1)


def facts_of(setting: WorkSetting) -> SettingFacts:
    return SettingFacts(setting.name, setting.kind, setting.employment, setting.began_on)


def test_a_renamed_supervisor_keeps_what_was_signed_and_signs_under_the_new_name(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person,
    browser: InspectingClient,
) -> None:  # fmt: skip
    former = dana.name
    sign(session, outside, dana, submitted_week(session, outside, bayview, BEFORE))
    dana.name = "Dana Newname"
    session.flush()
    sign(session, outside, dana, submitted_week(session, outside, bayview))
    records = [read_record(one.record) for one in list_chain(session, bayview.person_id)]
    assert [record.body["supervisor"]["name"] for record in records] == [former, "Dana Newname"]  # type: ignore[index,call-overload]
    assert [record.signer.name for record in records] == [former, "Dana Newname"]
    assert verify_chain(records, outside.keys.public_keys).answer is Answer.GENUINE
    assert "Dana Newname" in browser.get("/hours/settings").main


def test_weeks_of_a_setting_that_has_ended_are_kept_and_can_still_be_signed(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    sign(session, outside, dana, submitted_week(session, outside, bayview, BEFORE))
    log(session, outside, bayview)
    change_setting(session, FROZEN_NOW, bayview, replace(facts_of(bayview), ended_on=MONDAY))
    with pytest.raises(DomainError, match="ended on"):
        log(session, outside, bayview, day=MONDAY + timedelta(days=1))
    sheet = sheet_of(session, bayview)
    submit_week(session, FROZEN_NOW, sheet)
    sign(session, outside, dana, sheet)
    assert hours_by_state(session, bayview.person_id).signed == 100


def test_a_setting_called_otherwise_is_called_as_it_was_in_what_was_signed(
    session: Session, outside: Outside, bayview: WorkSetting, supervision: Supervision, dana: Person
) -> None:
    (signed,) = sign(session, outside, dana, submitted_week(session, outside, bayview))
    change_setting(session, FROZEN_NOW, bayview, replace(facts_of(bayview), name="Bayview Center"))
    assert read_record(signed.record).body["setting"]["name"] == "Bayview Clinic"  # type: ignore[index,call-overload]
