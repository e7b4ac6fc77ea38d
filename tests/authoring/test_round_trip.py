"""A draft goes out as a folder and comes in as the same draft, whatever it holds; and what it holds reaches learners."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.courses import CourseContent, check_course
from ceu.adapters.outside import Outside
from ceu.authoring.models import CourseDraft
from ceu.authoring.services import begin_draft, whole_course
from ceu.catalog.services import keep_file
from ceu.domain.permissions import Role
from ceu.providers.models import Provider
from tests.authoring.builders import whole_content
from tests.catalog.builders import make_provider, publish_course
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW
from tests.questions.samples import ALL

FILES = {
    "assets/ear.png": b"\x89PNG\r\n\x1a\n1",
    "assets/option.png": b"\x89PNG\r\n\x1a\n2",
    "assets/talk.mp4": b"\0\0\0\x20ftypisom",
    "assets/talk.vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nHear.\n",
    "assets/song.mp3": b"ID3\x04",
    "assets/handout.pdf": b"%PDF-1.7",
}
SHOWN = "![An ear](assets/ear.png)\n\n![A talk](assets/talk.mp4)\n\n![A song](assets/song.mp3)\n\n[Handout](assets/handout.pdf)"


@pytest.fixture
def provider(session: Session, alice: Person) -> Provider:
    return make_provider(session, (alice, Role.CE_DIRECTOR), bodies=("NBCC",))


@pytest.fixture
def content(session: Session, outside: Outside) -> CourseContent:
    """A course with files of every kind, questions of every kind, one of them with pictures, and rules of its own."""
    whole = whole_content()
    kept = {
        name: keep_file(session, outside.files, name, BytesIO(data)).sha256 for name, data in FILES.items()
    }
    first = whole.assessment["questions"][0]
    pictured = {**first, "stem": "Which is it? ![An ear](assets/ear.png)"}
    pictured["options"] = [
        {**first["options"][0], "text": "![A door](assets/option.png) this"},
        *first["options"][1:],
    ]
    others = [{**each, "objective": "hear", "lesson": "hearing"} for each in ALL]
    others = [
        {**each, "options": [{"feedback": "So.", **option} for option in each["options"]]}
        if "options" in each
        else each
        for each in others
    ]
    others = [
        {"if_true": "Yes.", "if_false": "No.", **each} if each.get("kind") == "true_false" else each
        for each in others
    ]
    recordings = [{"file": "assets/talk.mp4", "seconds": 2}, {"file": "assets/song.mp3", "seconds": 60}]
    lessons = {name: f"{text}\n\n{SHOWN}" for name, text in whole.lessons.items()}
    assessment = {
        "questions": [pictured, *whole.assessment["questions"][1:], *others],
        "rules": {"shuffle": False, "sections": [{"objectives": ["hear"], "draw": 3}, {}]},
    }
    return CourseContent({**whole.course, "recordings": recordings}, lessons, assessment, kept)


def live(content: CourseContent) -> CourseContent:
    """The same course held live, without lessons and test."""
    course = {**content.course, "delivery": "in_person", "instruction_minutes": 90, "lessons": []}
    del course["recordings"]
    return CourseContent(course, {}, {"questions": []}, {})


@pytest.mark.parametrize("held", ["self-paced", "live"])
def test_what_goes_out_comes_in_as_the_same_draft(
    client: InspectingClient, session: Session, outside: Outside, alice: Person, provider: Provider,
    content: CourseContent, held: str,
) -> None:  # fmt: skip
    content = live(content) if held == "live" else content
    assert check_course(content)[1] == []
    draft = begin_draft(session, FROZEN_NOW, provider, alice.id, "", content)
    client.sign_in(alice)
    packed = client.get(f"/drafts/{draft.id}/folder.zip").data
    session.delete(draft)
    session.flush()
    sent: dict[str, Any] = {"for_provider": provider.id, "file": (BytesIO(packed), "course.zip")}
    assert client.post("/drafts/import", data=sent).status_code == 303
    again = session.scalars(select(CourseDraft)).one()
    assert again.content == content
    assert {name: outside.files.get(digest) for name, digest in again.assets.items()} == (
        FILES if content.assets else {}
    )
    assert client.get(f"/drafts/{again.id}/folder.zip").data == packed


def test_pictures_and_recordings_reach_learners_in_lessons_and_questions(
    client: InspectingClient,
    session: Session,
    alice: Person,
    carol: Person,
    provider: Provider,
    content: CourseContent,
) -> None:
    draft = begin_draft(session, FROZEN_NOW, provider, alice.id, "", content)
    version = publish_course(session, FROZEN_NOW, provider, whole_course(draft), 60)
    client.sign_in(carol)
    client.post(f"/courses/versions/{version.id}/enroll")
    lesson = client.get("/learning/1/lessons/1").text
    for name, data in FILES.items():
        address = f"/courses/files/{content.assets[name]}.{name.rpartition('.')[2]}"
        assert (address in lesson) is (name != "assets/option.png"), name
        assert client.get(address).data == data
    shown = version.assessment[0]
    assert f"![An ear](/courses/files/{content.assets['assets/ear.png']}.png)" in shown["stem"]
    assert f"(/courses/files/{content.assets['assets/option.png']}.png)" in shown["options"][0]["text"]
    for position in (1, 2):
        client.post(f"/learning/1/lessons/{position}")
    test = client.get(client.post("/learning/1/post-test").location).text
    for name in ("assets/ear.png", "assets/option.png"):
        assert f"/courses/files/{content.assets[name]}.png" in test
    assert "(assets/" not in test
