"""Questions as their author meets them: one form for each kind, from a file with its pictures, and the whole test tried."""

import base64
from io import BytesIO
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters import course_assets
from ceu.adapters.courses import check_course
from ceu.authoring.editing import seen
from ceu.authoring.models import CourseDraft
from ceu.authoring.services import begin_draft
from ceu.catalog.models import CourseFile
from ceu.domain.permissions import Role
from ceu.providers.models import Provider
from tests.authoring.builders import values_of, whole_content
from tests.catalog.builders import make_provider
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_person
from tests.questions.samples import ALL

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def author(session: Session) -> Person:
    return make_person(session, "ana")


@pytest.fixture
def provider(session: Session, alice: Person, author: Person) -> Provider:
    return make_provider(session, (alice, Role.CE_DIRECTOR), (author, Role.AUTHOR), bodies=("NBCC",))


@pytest.fixture
def draft(session: Session, provider: Provider, author: Person) -> CourseDraft:
    return begin_draft(session, FROZEN_NOW, provider, author.id, "", whole_content())


@pytest.fixture
def writer(client: InspectingClient, author: Person) -> InspectingClient:
    return client.sign_in(author)


def questions(session: Session, draft: CourseDraft) -> list[Any]:
    session.refresh(draft, ["assessment"])
    found: list[Any] = draft.assessment["questions"]
    return found


NEW: dict[str, dict[str, str]] = {
    "choice": {
        "options-0-text": "Ask", "options-0-correct": "y", "options-0-feedback": "Yes.", "options-1-text": "Guess",
        "options-1-feedback": "No.", "options-2-text": "Wait", "options-2-feedback": "No.", "options-3-text": "Call",
        "options-3-feedback": "No.",
    },
    "true_false": {"answer": "false", "if_true": "Look again.", "if_false": "Right."},
    "short_text": {"answers-0-pattern": "BBS", "answers-0-feedback": "Right."},
    "numeric": {"answers-0-number": "55..60", "units-0-name": "min", "unit_needed": "y"},
    "matching": {"prompts-0-text": "A", "prompts-0-match": "1", "prompts-1-text": "B", "prompts-1-match": "2", "others": "3"},
    "ordering": {"items-0-text": "First", "items-1-text": "Second"},
    "cloze": {"stem": "Ask {{who}}.", "gaps-0-id": "who", "gaps-0-answers-0-text": "the client"},
}  # fmt: skip


@pytest.mark.parametrize("kind", NEW)
def test_a_question_of_each_kind_is_previewed_and_written(
    writer: InspectingClient, session: Session, draft: CourseDraft, kind: str
) -> None:
    address = f"/drafts/{draft.id}/questions/0?kind={kind}"
    fresh = writer.get(address)
    assert "not whole yet" in fresh.main
    data = {
        **values_of(fresh.tree),
        "stem": "What now?",
        "objective": "hear",
        "lesson": "hearing",
        **NEW[kind],
    }
    page: Any = writer.post(address, data={**data, "action": "preview"})
    assert "not whole yet" not in page.main
    assert 'data-question="1"' in page.text
    assert len(questions(session, draft)) == 10
    assert writer.post(address, data=data).location.endswith("/questions/11")
    assert check_course(draft.content)[1] == []
    written = questions(session, draft)[10]
    assert (written["id"], written.get("kind", "choice")) == ("q11", kind)
    address = f"/drafts/{draft.id}/questions/11"
    assert writer.post(address, data=values_of(writer.get(address).tree)).status_code == 303
    assert questions(session, draft)[10] == written


@pytest.mark.parametrize("data", ALL, ids=lambda each: each["id"])
def test_a_question_saved_as_it_is_shown_stays_as_it_is(
    writer: InspectingClient, session: Session, draft: CourseDraft, data: dict[str, Any]
) -> None:
    draft.assessment = {"questions": [data]}
    session.flush()
    address = f"/drafts/{draft.id}/questions/1"
    sent = values_of(writer.get(address).tree)
    assert writer.post(address, data=sent).status_code == 303
    assert questions(session, draft) == [data]
    assert writer.post(address, data={**sent, "action": "more"}).status_code == 422


def test_mistakes_stand_beside_their_fields(
    writer: InspectingClient, session: Session, draft: CourseDraft
) -> None:
    changed = {**draft.assessment["questions"][0], "objective": "fly", "stem": "See ![](assets/ear.png)"}
    changed["options"] = [{**changed["options"][0], "feedback": ""}, *changed["options"][1:]]
    draft.assessment = {"questions": [changed, *draft.assessment["questions"][1:]]}
    session.flush()
    page = writer.get(f"/drafts/{draft.id}/questions/1")
    wrong = {field.get("id") for field in page.tree.iter() if field.get("aria-invalid") == "true"}
    assert wrong == {"stem", "objective", "options-0-feedback"}
    assert "has no alternative text" in page.main
    assert "4 to mend" in writer.get(f"/drafts/{draft.id}").main


def test_rows_move_and_go_without_being_saved(
    writer: InspectingClient, session: Session, draft: CourseDraft
) -> None:
    address = f"/drafts/{draft.id}/questions/1"
    sent = values_of(writer.get(address).tree)
    page: Any = writer.post(address, data={**sent, "action": "up:options-1"})
    assert page.status_code == 422
    page = writer.post(address, data={**values_of(page.tree), "action": "remove:options-3"})
    assert [each["id"] for each in questions(session, draft)[0]["options"]] == ["right", "near", "far", "off"]
    writer.post(address, data=values_of(page.tree))
    assert [each["id"] for each in questions(session, draft)[0]["options"]] == ["near", "right", "far"]


def test_the_second_of_two_authors_is_told_and_both_texts_are_there(
    writer: InspectingClient, session: Session, draft: CourseDraft
) -> None:
    address = f"/drafts/{draft.id}/questions/1"
    sent = values_of(writer.get(address).tree)
    writer.post(address, data={**sent, "stem": "Theirs?"})
    page: Any = writer.post(address, data={**sent, "stem": "Mine?"})
    assert page.status_code == 422
    for text in ("saved this part after you opened it", "− stem: Theirs?", "+ stem: Mine?"):
        assert text in page.main
    assert writer.post(address, data=values_of(page.tree)).status_code == 303
    assert questions(session, draft)[0]["stem"] == "Mine?"


def test_questions_move_and_go_where_they_were_shown(
    writer: InspectingClient, session: Session, draft: CourseDraft
) -> None:
    listed = questions(session, draft)
    up = f"/drafts/{draft.id}/questions/2/up?seen={seen(listed[1])}"
    writer.post(up)
    assert [each["id"] for each in questions(session, draft)[:2]] == ["q2", "q1"]
    again = writer.post(up, follow_redirects=True)
    assert "changed or moved meanwhile" in again.text
    writer.post(f"/drafts/{draft.id}/questions/1/remove?seen={seen(listed[1])}")
    assert questions(session, draft) == [listed[0], *listed[2:]]
    for wrong in ("1/paint", "99/up", "0/remove"):
        assert writer.post(f"/drafts/{draft.id}/questions/{wrong}").status_code == 404


def test_what_no_form_shows_is_edited_as_text(
    writer: InspectingClient, session: Session, draft: CourseDraft
) -> None:
    draft.assessment = {"questions": [{"id": "x", "options": "none"}]}
    session.flush()
    address = f"/drafts/{draft.id}/questions/1"
    assert writer.get(address).status_code == 302
    page = writer.get(f"{address}/text")
    assert "its form cannot show" in page.main
    mark = next(each.get("value") for each in page.tree.iter("input") if each.get("name") == "seen")
    bad: Any = writer.post(f"{address}/text", data={"seen": mark, "text": "id: x\n  stem: y"})
    assert "Line 2: This is not valid YAML" in bad.main
    assert writer.post(f"{address}/text", data={"seen": mark, "text": "- x"}).status_code == 422
    assert (
        writer.post(f"{address}/text", data={"seen": mark, "text": "id: x\nstem: What?"}).status_code == 303
    )
    assert questions(session, draft) == [{"id": "x", "stem": "What?"}]
    assert writer.get(address).status_code == 200
    assert writer.post(f"{address}/text", data={"seen": mark, "text": "id: y"}).status_code == 422
    for wrong in ("2", "2/text", "0/text", "0?kind=essay"):
        assert writer.get(f"/drafts/{draft.id}/questions/{wrong}").status_code == 404


def test_the_test_is_tried_as_it_would_be_drawn_and_nothing_is_stored(
    writer: InspectingClient, session: Session, draft: CourseDraft
) -> None:
    rules = {"sections": [{"title": "Hearing", "objectives": ["hear"], "draw": 1}, {}]}
    draft.assessment = {**draft.assessment, "rules": rules}
    session.flush()
    address = f"/drafts/{draft.id}/test"
    page = writer.get(f"{address}?seed=a")
    assert "Hearing" in page.main
    assert page.text.count("data-question=") == 8
    assert writer.get(f"{address}?seed=a").text.count("data-question=") == 8
    answered: Any = writer.post(address, data={"seed": "a", "question_1": "1"})
    assert answered.status_code == 200
    assert "of 8 points" in answered.main
    assert "Not answered" in answered.main
    draft.course = {**draft.course, "title": ""}
    session.flush()
    assert "The draft has 1 mistakes" in writer.get(address).main


GIFT = b"::One:: What is 1+1? {=2 ~3 ~4 ~5}\n\n::Two:: Sky? {=blue =~ }\n\n::Three:: Earth is round {T}\n"


def hidden(page: Any) -> dict[str, str]:
    return {
        each.get("name"): each.get("value")
        for each in page.tree.iter("input")
        if each.get("name") in {"questions", "pictures"}
    }


def test_questions_of_a_file_are_shown_then_taken(
    writer: InspectingClient, session: Session, draft: CourseDraft
) -> None:
    address = f"/drafts/{draft.id}/questions/import"
    page: Any = writer.post(address, data={"file": (BytesIO(GIFT), "q.gift")})
    assert "questions come in" in page.main
    assert len(questions(session, draft)) == 10
    names = [each.get("value") for each in page.tree.iter("input") if each.get("name") == "chosen"]
    taken = {**hidden(page), "chosen": names[:1], "objective": "hear", "lesson": "hearing"}
    assert writer.post(address, data=taken).status_code == 303
    assert questions(session, draft)[10]["objective"] == "hear"
    refused: Any = writer.post(address, data=hidden(page))
    assert "Choose at least one question" in refused.main
    assert "changed on the way" in writer.post(address, data={"questions": "- 1", "chosen": "a"}).main  # type: ignore[attr-defined]
    for kind in ("gift", "xml", "zip"):
        assert writer.get(f"/drafts/{draft.id}/questions.{kind}").data
    assert writer.get(f"/drafts/{draft.id}/questions.exe").status_code == 404


def moodle(*pictures: tuple[str, str, bytes]) -> bytes:
    """A Moodle XML file of one question that shows these pictures: name, alternative text, bytes."""
    shown = "".join(f'<img src="@@PLUGINFILE@@/{quote(name)}" alt="{words}">' for name, words, _ in pictures)
    files = "".join(
        f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'
        for name, _, data in pictures
    )
    return (
        f'<quiz><question type="truefalse"><name><text>Ear</text></name><questiontext format="html"><text><![CDATA[See {shown}'
        f']]></text>{files}</questiontext><answer fraction="100"><text>true</text></answer>'
        '<answer fraction="0"><text>false</text></answer></question></quiz>'
    ).encode()


def test_pictures_come_in_with_their_questions_and_words_for_them_are_asked_for(
    writer: InspectingClient, session: Session, draft: CourseDraft
) -> None:
    address = f"/drafts/{draft.id}/questions/import"
    file = moodle(("An Ear.png", "An ear", PNG), ("eye.png", "", PNG + b"2"))
    page: Any = writer.post(address, data={"file": (BytesIO(file), "q.xml")})
    assert page.status_code == 200
    assert "2 pictures come in" in page.main
    names = [each.get("value") for each in page.tree.iter("input") if each.get("name") == "chosen"]
    taken = {**hidden(page), "chosen": names, "objective": "hear", "lesson": "hearing"}
    assert writer.post(address, data=taken).status_code == 303
    session.refresh(draft)
    assert sorted(draft.assets) == ["assets/an-ear.png", "assets/eye.png"]
    assert draft.assessment["questions"][10]["stem"] == "See ![An ear](assets/an-ear.png)![](assets/eye.png)"
    [words] = [each for each in check_course(draft.content)[1] if "alternative" in each.what]
    assert words.place == ("questions", 10, "stem")
    assert writer.post(address, data=taken).status_code == 303
    session.refresh(draft)
    assert len(draft.assets) == 2
    preview = writer.get(f"/drafts/{draft.id}/questions/11").text
    assert f"/courses/files/{draft.assets['assets/an-ear.png']}.png" in preview
    with ZipFile(BytesIO(writer.get(f"/drafts/{draft.id}/questions.zip").data)) as packed:
        assert {"assets/an-ear.png", "assets/eye.png"} <= set(packed.namelist())


def test_only_files_of_courses_come_in_as_pictures(
    writer: InspectingClient, session: Session, draft: CourseDraft, outside: Any
) -> None:
    evidence = outside.files.put(PNG + b"somebody's evidence")
    assert session.scalars(select(CourseFile)).all() == []
    sent = {
        "questions": "- {id: a, kind: true_false, stem: '![x](e.png)', answer: true}",
        "pictures": f"e.png: {evidence.sha256}.png",
        "chosen": "a",
    }
    assert writer.post(f"/drafts/{draft.id}/questions/import", data=sent).status_code == 303
    session.refresh(draft)
    assert draft.assets == {}


def test_a_picture_that_is_refused_is_said_and_the_rest_comes_in(
    writer: InspectingClient, session: Session, draft: CourseDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(course_assets._LIMITS, "image", 20)
    file = moodle(("big.png", "Big", PNG + b"0" * 20), ("ear", "An ear", PNG))
    page: Any = writer.post(f"/drafts/{draft.id}/questions/import", data={"file": (BytesIO(file), "q.xml")})
    assert "Make it smaller" in page.main
    assert "1 picture comes in" in page.main
    assert "ear: " in hidden(page)["pictures"]
