"""Tags, focus and reflection: kept for the person alone, offered again, added up; never in what is signed."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.domain.practice import FOCUS_GROUPS, FOCUS_LABELS
from ceu.experience.models import Entry, Supervision, WorkSetting
from ceu.experience.own_models import EntryAside, EntryTag
from ceu.experience.own_queries import get_own_words, sums_by_tag
from ceu.experience.own_services import keep_own_words
from ceu.experience.own_words import LONGEST_REFLECTION, ClientIdentifiers, OwnWords, check_free_text
from ceu.experience.services import change_entry
from tests.client import InspectingClient
from tests.experience.builders import MONDAY, log, sheet_of, sign, submitted_week
from tests.factories import FROZEN_NOW

WEEK = f"/hours?week={MONDAY}"


def typed(place: WorkSetting, **changes: Any) -> dict[str, Any]:
    return {
        "day": MONDAY.isoformat(), "setting": place.id, "activity": "counseling:individual", "minutes": "50m",
        "delivery": "in_person", **changes,
    }  # fmt: skip


def only_entry(session: Session) -> Entry:
    return session.scalars(select(Entry)).one()


def test_they_are_logged_with_the_entry(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    browser.post(
        WEEK,
        data=typed(
            bayview,
            tags=["CBT"],
            new_tags="#grief  work, cbt,",
            focus="F30-F39",
            reflection="I was tired.\nWhy?",
        ),
    )
    own = get_own_words(session, only_entry(session).id)
    assert own == OwnWords(("CBT", "grief work"), "F30-F39", "I was tired.\nWhy?")
    page = browser.get(WEEK)
    assert "CBT grief work" in page.main
    assert "I was tired" not in page.main
    boxes = [box.get("value") for box in page.tree.iter("input") if box.get("name") == "tags"]
    assert boxes[:2] == ["CBT", "grief work"]


def test_a_tag_is_spelled_as_before(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    browser.post(WEEK, data=typed(bayview, new_tags="Grief work"))
    browser.post(WEEK, data=typed(bayview, minutes="1:00", new_tags="GRIEF WORK"))
    assert list(session.scalars(select(EntryTag.name))) == ["Grief work", "Grief work"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"new_tags": "x" * 41}, "too long for a tag"),
        ({"new_tags": ", ".join(f"tag {number}" for number in range(11))}, "at most 10 tags"),
        ({"new_tags": "x," * 300}, "at most 500 characters"),
        ({"focus": "F99.9"}, "Choose one of the options offered"),
        ({"reflection": "x" * (LONGEST_REFLECTION + 1)}, "at most 4,000 characters"),
    ],
)
def test_what_cannot_be_kept_is_answered_and_nothing_is_logged(
    browser: InspectingClient, session: Session, bayview: WorkSetting, changes: dict[str, str], words: str
) -> None:
    page = browser.post(WEEK, data=typed(bayview, **changes))
    assert page.status_code == 422
    assert words in page.main
    assert session.scalar(select(func.count(Entry.id))) == 0


def test_they_change_with_the_entry_and_go_with_it(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview, own=OwnWords(("CBT", "Teens"), "dsm-anxiety", "Hm."))
    page = browser.get(f"/hours/entries/{entry.id}")
    ticked = [box.get("value") for box in page.tree.iter("input") if box.get("checked") is not None]
    assert ticked == ["CBT", "Teens"]
    assert "Hm." in page.main
    browser.post(f"/hours/entries/{entry.id}", data=typed(bayview, tags=["Teens"], focus="", reflection=""))
    assert get_own_words(session, entry.id) == OwnWords(("Teens",))
    browser.post(f"/hours/entries/{entry.id}/remove", data={})
    assert session.scalar(select(func.count()).select_from(EntryTag)) == 0
    assert session.scalar(select(func.count()).select_from(EntryAside)) == 0


def test_a_signed_week_holds_none_of_them_and_they_may_still_change(
    browser: InspectingClient,
    session: Session,
    outside: Outside,
    bayview: WorkSetting,
    supervision: Supervision,
    dana: Person,
) -> None:
    own = OwnWords(("Unmistakable",), "dsm-gender", "Only mine")
    sheet = submitted_week(session, outside, bayview, own=own)
    (signed,) = sign(session, outside, dana, sheet)
    assert not {"tags", "focus", "reflection"} & set(json.loads(signed.record)["body"]["entries"][0])
    assert "Unmistakable" not in signed.record
    (entry,) = sheet_of(session, bayview).entries
    address = f"/hours/entries/{entry.id}/own-words"
    assert "Only mine" in browser.get(address).main
    assert browser.post(address, data={"new_tags": "Later", "focus": "", "reflection": ""}).location == WEEK
    assert get_own_words(session, entry.id) == OwnWords(("Later",))
    page = browser.post(address, data={"new_tags": "x" * 41, "reflection": "Keep me"})
    assert (page.status_code, "Keep me" in page.main) == (422, True)


def test_another_persons_are_not_found(
    client: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, bob: Person
) -> None:
    entry = log(session, outside, bayview, own=OwnWords(("CBT",)))
    theirs = client.sign_in(bob)
    assert theirs.get(f"/hours/entries/{entry.id}/own-words").status_code == 404
    assert "CBT" not in theirs.get("/hours/tags?tag=CBT").texts("th")


def test_hours_add_up_by_tag_and_focus(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting, statements: list[str]
) -> None:
    log(session, outside, bayview, own=OwnWords(("CBT", "Teens"), "F30-F39"))
    log(session, outside, bayview, minutes=70, own=OwnWords(("CBT",)))
    log(session, outside, bayview, day=date(2025, 12, 1), own=OwnWords(("Teens",)))
    session.commit()
    statements.clear()
    page = browser.get("/hours/tags?year=2026&tag=CBT")
    assert len(statements) <= 12
    assert {"CBT22:00", "Teens10:50", "F30-F39 Mood disorders10:50"} <= set(page.texts("tr"))
    assert page.main.count("Direct counseling, individual") == 2
    assert "Teens21:40" in browser.get("/hours/tags").texts("tr")
    assert "Nothing is marked" in browser.get("/hours/tags?tag=None+such").main
    assert browser.get("/hours/tags?year=2019").status_code == 404


def test_many_marked_entries_come_by_the_page(
    browser: InspectingClient, session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entries = [log(session, outside, bayview, minutes=number) for number in range(1, 53)]
    for entry in entries:
        keep_own_words(session, entry, OwnWords(("CBT",)))
    page = browser.get("/hours/tags?tag=CBT")
    onward = next(link.get("href") for link in page.tree.iter("a") if link.get("rel") == "next")
    assert browser.get(onward).main.count("Direct counseling, individual") == 2


def test_an_empty_log_says_how_to_begin(browser: InspectingClient) -> None:
    assert "No tags yet" in browser.get("/hours/tags").main


def test_every_focus_is_a_block_or_a_chapter() -> None:
    for code in FOCUS_GROUPS["ICD-10-CM blocks"]:
        assert FOCUS_LABELS[code].startswith(code)
        assert code[0] == code[4]
        assert int(code[1:3]) < int(code[5:7])
    assert all(len(code) <= 40 for code in FOCUS_LABELS)


def test_sums_leave_out_what_lies_outside_the_days(
    session: Session, outside: Outside, bayview: WorkSetting, alice: Person
) -> None:
    log(session, outside, bayview, own=OwnWords(("CBT",)))
    assert sums_by_tag(session, alice.id, MONDAY + timedelta(days=1), date.max) == []


# ---- notes are screened ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["note", "reflection", "new_tags"])
def test_words_that_name_a_client_are_refused_with_the_reason_and_kept_in_the_form(
    browser: InspectingClient, session: Session, bayview: WorkSetting, field: str
) -> None:
    page = browser.post(WEEK, data=typed(bayview, **{field: "Call with Mr. Jones, 555-123-4567"}))
    assert page.status_code == 422
    assert "“Jones” looks like a person’s name. Write “the client”" in page.main
    assert "“555-123-4567” looks like a telephone number" in page.main
    assert "Why the words may stay" in page.main
    wrong = [control.get("name") for control in page.tree.iter() if control.get("aria-invalid") == "true"]
    assert wrong == [field]
    shown = [control.get("value") for control in page.tree.iter("input")] + page.texts("textarea")
    assert "Call with Mr. Jones, 555-123-4567" in shown
    assert session.scalar(select(func.count(Entry.id))) == 0


def test_a_stated_reason_keeps_them_and_stays_with_the_entry(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    note = "Watched the film about Dr. Jung"
    browser.post(WEEK, data=typed(bayview, note=note, kept_because="A public figure in a film"))
    entry = only_entry(session)
    assert entry.note == note
    assert get_own_words(session, entry.id).kept_because == "A public figure in a film"
    page = browser.get(f"/hours/entries/{entry.id}")
    assert "A public figure in a film" in [control.get("value") for control in page.tree.iter("input")]
    form = typed(bayview, note="Watched a film", kept_because="A public figure in a film")
    browser.post(f"/hours/entries/{entry.id}", data=form)
    assert get_own_words(session, entry.id).kept_because == ""


def test_a_reason_is_no_place_for_the_identifier(
    browser: InspectingClient, session: Session, bayview: WorkSetting
) -> None:
    page = browser.post(WEEK, data=typed(bayview, note="Mr. Jones", kept_because="Mr. Jones is fine"))
    assert page.status_code == 422
    assert "must not hold the identifier itself" in page.main


def test_what_stands_already_is_screened_when_it_changes(
    session: Session, outside: Outside, bayview: WorkSetting
) -> None:
    entry = log(session, outside, bayview, note="Intake")
    facts = {"day": MONDAY, "minutes": 50, "activity": "counseling", "client_unit": "individual"}
    with pytest.raises(ClientIdentifiers):
        change_entry(session, FROZEN_NOW, entry, setting_id=bayview.id, note="client Maria", **facts)


@pytest.mark.parametrize(
    "text", ["Please move the session of 16 November 2026.", "The clinic closed on 2026-03-12."]
)
def test_words_about_hours_may_name_the_days_they_speak_of(text: str) -> None:
    check_free_text("comment", text)


@pytest.mark.parametrize(
    "text", ["Born on 3 May 1990.", "Call 415-555-0100 about it.", "DOB 05/03/1990, and 16 November 2026"]
)
def test_words_about_hours_hold_no_other_identifier(text: str) -> None:
    with pytest.raises(ClientIdentifiers):
        check_free_text("comment", text)
