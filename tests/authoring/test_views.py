"""The way of a course from an empty draft to a published version, as each of its people sees it."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.course_packages import read_package, write_package
from ceu.adapters.courses import CourseShelf, check_course
from ceu.audit.models import AuditEntry
from ceu.authoring.checklist import CHECKLIST
from ceu.authoring.editing import seen
from ceu.authoring.models import CourseDraft, CourseReview, DraftState
from ceu.authoring.services import begin_draft
from ceu.catalog.models import ContentPackage, CourseVersion
from ceu.domain.permissions import Role
from ceu.providers.models import Provider
from tests.authoring.builders import values_of, whole_content
from tests.catalog.builders import make_provider
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_person

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def author(session: Session) -> Person:
    return make_person(session, "ana")


@pytest.fixture
def reviewer(session: Session) -> Person:
    return make_person(session, "ray")


@pytest.fixture
def provider(session: Session, alice: Person, author: Person, reviewer: Person) -> Provider:
    return make_provider(
        session,
        (alice, Role.CE_DIRECTOR),
        (author, Role.AUTHOR),
        (reviewer, Role.REVIEWER),
        bodies=("NASW", "NBCC"),
    )


@pytest.fixture
def draft(session: Session, provider: Provider, author: Person) -> CourseDraft:
    return begin_draft(session, FROZEN_NOW, provider, author.id, "", whole_content())


def test_the_evaluation_form_is_a_section_of_yaml(
    client: InspectingClient, session: Session, draft: CourseDraft, author: Person
) -> None:
    address = f"/drafts/{draft.id}/text/evaluation"
    page = client.sign_in(author).get(address)
    seen = next(field.get("value") for field in page.tree.iter("input") if field.get("name") == "seen")
    text = "anonymous_evaluation: true\nevaluation:\n  - {id: fair, kind: yes_no, prompt: Was it fair?}\n"
    strange = client.post(address, data={"seen": seen, "text": f"{text}pass_mark: 1\n"})
    assert (strange.status_code, "“pass_mark” does not belong here" in strange.main) == (422, True)
    assert client.post(address, data={"seen": seen, "text": text}).status_code == 303
    source, faults = check_course(session.get_one(CourseDraft, draft.id).content)
    assert (source and source.outline.anonymous_evaluation, faults) == (True, [])


def test_a_course_is_begun_saved_with_mistakes_and_nothing_is_lost(
    client: InspectingClient, session: Session, provider: Provider, author: Person
) -> None:
    client.sign_in(author)
    answer = client.post("/drafts", data={"provider_id": provider.id, "title": "Listening well"})
    assert answer.status_code == 303
    (draft,) = session.scalars(select(CourseDraft)).all()
    page = client.get(f"/drafts/{draft.id}/parts/facts")
    seen = page.text.split('name="seen" type="hidden" value="')[1].split('"')[0]
    data = {
        "seen": seen,
        "title": "Listening well",
        "pass_mark": "high",
        "topics-0-topic": "ethics",
        "topics-0-share": "100",
    }
    assert client.post(f"/drafts/{draft.id}/parts/facts", data=data).status_code == 303
    session.refresh(draft, ["course"])
    assert draft.course["pass_mark"] == "high"
    assert draft.course["topics"] == [{"topic": "ethics", "share": 100}]
    page = client.get(f"/drafts/{draft.id}/parts/facts")
    assert "'pass_mark' has a value that does not fit" in page.main
    assert 'value="high"' in page.text
    assert "'summary' is missing." in page.main


RICH = {
    "delivery": "in_person", "instruction_minutes": 90, "price": {"cents": 4950}, "minimum_minutes": 10,
    "planners": [{"name": "P", "profession": "other", "phone": 7}], "recordings": [{"file": "assets/a.mp4", "seconds": 9}],
    "evaluation": [{"id": "why", "kind": "choice", "prompt": "Why?", "options": ["A, or B", "C"], "about": "presenter"}],
    "anonymous_evaluation": True, "needs_assessment": "  Spaces\r\nand ends. ", "audience": ["Therapists", 7],
}  # fmt: skip
"""What no other test has, also what no form would write."""
RULES = {
    "sections": [{"objectives": ["hear"], "tags": ["a", "b"], "draw": 2}, {}],
    "shuffle": False,
    "review": {"answers": "last"},
}


@pytest.mark.parametrize(
    "part", ["facts", "people", "objectives", "references", "evaluation", "recordings", "rules"]
)
def test_a_part_saved_as_it_is_shown_stays_as_it_is(
    client: InspectingClient, session: Session, author: Person, draft: CourseDraft, part: str
) -> None:
    """The form shows everything the course holds, and gives it back."""
    draft.course = {**draft.course, **RICH}
    draft.assessment = {**draft.assessment, "rules": RULES}
    session.flush()
    before = draft.content
    page = client.sign_in(author).get(f"/drafts/{draft.id}/parts/{part}")
    assert client.post(f"/drafts/{draft.id}/parts/{part}", data=values_of(page.tree)).status_code == 303
    session.refresh(draft)
    assert draft.content == before
    assert list(draft.course) == list(before.course)
    assert draft.revision == 1
    more = client.post(f"/drafts/{draft.id}/parts/{part}", data={**values_of(page.tree), "action": "more"})
    assert more.status_code == 422


def test_only_what_was_changed_or_sent_changes(
    client: InspectingClient, session: Session, author: Person, draft: CourseDraft
) -> None:
    draft.course = {**draft.course, **RICH, "topics": "ethics", "title": {"odd": 1}}
    session.flush()
    address, before = f"/drafts/{draft.id}/parts/facts", dict(draft.course)
    sent = values_of(client.sign_in(author).get(address).tree)
    assert client.post(address, data={**sent, "subtitle": "Another"}).status_code == 303
    session.refresh(draft, ["course"])
    assert draft.course == {**before, "subtitle": "Another"}
    part = {
        "seen": values_of(client.get(address).tree)["seen"],
        "price-cents": "",
        "price-currency": "USD",
        "pass_mark": "75",
    }
    assert client.post(address, data=part).status_code == 303
    session.refresh(draft, ["course"])
    del before["price"]
    assert draft.course == {**before, "subtitle": "Another", "pass_mark": 75}


def test_rows_are_moved_and_removed_and_keep_what_the_form_does_not_show(
    client: InspectingClient, session: Session, author: Person, draft: CourseDraft
) -> None:
    people = [
        {"name": name, "credentials": "LCSW", "profession": "other", "disclosure": "None.", "note": name}
        for name in "ABC"
    ]
    draft.course = {**draft.course, "planners": people}
    session.flush()
    address = f"/drafts/{draft.id}/parts/people"
    sent = values_of(client.sign_in(author).get(address).tree)
    page: Any = client.post(address, data={**sent, "action": "up:planners-1"})
    assert page.status_code == 422
    page = client.post(address, data={**values_of(page.tree), "action": "remove:planners-2"})
    assert client.post(address, data={**values_of(page.tree), "planners-0-name": "Bo"}).status_code == 303
    session.refresh(draft, ["course"])
    assert draft.course["planners"] == [{**people[1], "name": "Bo"}, people[0]]
    for nothing in ("up:planners-0", "up:planners-9", "remove:x", "up:.*-1", "paint:planners-1"):
        assert client.post(address, data={**sent, "action": nothing}).status_code == 422


def test_the_second_of_two_authors_is_told_and_nothing_is_lost(
    client: InspectingClient, session: Session, author: Person, alice: Person, draft: CourseDraft
) -> None:
    client.sign_in(author)
    address = f"/drafts/{draft.id}/lessons/01-hearing"
    mine = values_of(client.get(address).tree)
    client.sign_in(alice)
    assert client.post(address, data={**mine, "markdown": "Theirs, saved first."}).status_code == 303
    client.sign_in(author)
    page: Any = client.post(address, data={**mine, "markdown": "Mine, saved second."})
    assert page.status_code == 422
    assert "Alice Example saved this part after you opened it" in page.main
    assert "− Theirs, saved first." in page.main
    assert "Mine, saved second." in page.main
    session.refresh(draft, ["lessons"])
    assert draft.lessons["lessons/01-hearing.md"] == "Theirs, saved first."
    assert client.post(address, data=values_of(page.tree)).status_code == 303
    session.refresh(draft, ["lessons"])
    assert draft.lessons["lessons/01-hearing.md"] == "Mine, saved second."


def test_another_lesson_saved_meanwhile_is_in_nobodys_way(
    client: InspectingClient, session: Session, author: Person, draft: CourseDraft
) -> None:
    client.sign_in(author)
    mine = values_of(client.get(f"/drafts/{draft.id}/lessons/01-hearing").tree)
    other = values_of(client.get(f"/drafts/{draft.id}/lessons/02-waiting").tree)
    client.post(f"/drafts/{draft.id}/lessons/02-waiting", data={**other, "markdown": "Wait."})
    assert (
        client.post(f"/drafts/{draft.id}/lessons/01-hearing", data={**mine, "markdown": "Hear."}).status_code
        == 303
    )
    session.refresh(draft, ["lessons"])
    assert list(draft.lessons.values()) == ["Hear.", "Wait."]


def test_a_preview_saves_nothing_and_shows_the_page_safely(
    client: InspectingClient, session: Session, author: Person, draft: CourseDraft
) -> None:
    client.sign_in(author)
    data = {"title": "X", "markdown": "# Stop <script>alert(1)</script>", "action": "preview"}
    page: Any = client.post(f"/drafts/{draft.id}/lessons/new", data=data)
    assert "Stop <script>alert(1)</script>" in page.main
    session.refresh(draft, ["lessons"])
    assert len(draft.lessons) == 2


def test_lessons_are_written_moved_and_removed(
    client: InspectingClient, session: Session, author: Person, draft: CourseDraft
) -> None:
    client.sign_in(author)
    data = {"title": "Hearing", "markdown": "More."}
    assert client.post(f"/drafts/{draft.id}/lessons/new", data=data).location.endswith("/03-hearing-2")
    client.post(f"/drafts/{draft.id}/lessons/03-hearing-2/up")
    session.refresh(draft, ["course"])
    assert [entry["file"] for entry in draft.course["lessons"]][1] == "lessons/03-hearing-2.md"
    client.post(f"/drafts/{draft.id}/lessons/03-hearing-2/remove")
    session.refresh(draft, ["course", "lessons"])
    assert len(draft.course["lessons"]) == len(draft.lessons) == 2
    assert client.post(f"/drafts/{draft.id}/lessons/01-hearing/paint").status_code == 404


def test_a_lesson_keeps_its_package_and_gets_another(
    client: InspectingClient, session: Session, author: Person, provider: Provider, draft: CourseDraft
) -> None:
    ours, gone = "a" * 64, "b" * 64
    package = ContentPackage(
        provider_id=provider.id, title="Listening, to try", standard="scorm12", digest=ours, manifest={}, files=1, size=1,
        uploaded_by_id=author.id, uploaded_at=FROZEN_NOW,
    )  # fmt: skip
    session.add(package)
    entries = [
        {**draft.course["lessons"][0], "package": gone, "done_when": "passed"},
        draft.course["lessons"][1],
    ]
    draft.course = {**draft.course, "lessons": entries}
    session.flush()
    address = f"/drafts/{draft.id}/lessons/01-hearing"
    page: Any = client.sign_in(author).get(address)
    assert "Not among this provider" in page.main
    sent = values_of(page.tree)
    client.post(address, data={"seen": sent["seen"], "title": "Hearing well", "markdown": sent["markdown"]})
    session.refresh(draft, ["course"])
    assert draft.course["lessons"][0] == {**entries[0], "title": "Hearing well"}
    sent = values_of(client.get(address).tree)
    client.post(address, data={**sent, "package": ours, "done_when": ""})
    session.refresh(draft, ["course"])
    assert draft.course["lessons"][0] == {
        "title": "Hearing well",
        "file": entries[0]["file"],
        "package": ours,
    }
    packed = client.get(f"/drafts/{draft.id}/folder.zip").data
    assert read_package(BytesIO(packed), lambda name, data: None) == draft.content


def test_files_are_taken_by_what_they_are(
    client: InspectingClient, session: Session, author: Person, draft: CourseDraft
) -> None:
    client.sign_in(author)
    upload = lambda name, data: client.post(f"/drafts/{draft.id}/files", data={"file": (BytesIO(data), name)})  # noqa: E731
    assert upload("An Ear.PNG", PNG).status_code == 303
    page: Any = upload("evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    assert page.status_code == 422
    assert "could act in the reader's browser" in page.main
    session.refresh(draft, ["assets"])
    assert list(draft.assets) == ["assets/an-ear.png"]
    assert client.get(f"/drafts/{draft.id}/files").status_code == 200
    client.post(f"/drafts/{draft.id}/files/an-ear.png/remove")
    session.refresh(draft, ["assets"])
    assert draft.assets == {}


def test_a_draft_goes_out_as_a_folder_and_comes_in_as_the_same(
    client: InspectingClient, session: Session, author: Person, provider: Provider, draft: CourseDraft
) -> None:
    client.sign_in(author)
    packed = client.get(f"/drafts/{draft.id}/folder.zip").data
    assert read_package(BytesIO(packed), lambda name, data: None) == draft.content
    again: Any = client.post(
        "/drafts/import", data={"for_provider": provider.id, "file": (BytesIO(packed), "c.zip")}
    )
    assert "has a draft “listening” already" in again.main
    content = draft.content
    session.delete(draft)
    session.flush()
    answer = client.post(
        "/drafts/import", data={"for_provider": provider.id, "file": (BytesIO(packed), "c.zip")}
    )
    assert answer.status_code == 303
    assert session.scalars(select(CourseDraft)).one().content == content
    bad: Any = client.post(
        "/drafts/import", data={"for_provider": provider.id, "file": (BytesIO(b"PK"), "c.zip")}
    )
    assert bad.status_code == 422


def test_a_folder_takes_the_place_of_a_draft_that_nobody_saved_meanwhile(
    client: InspectingClient, session: Session, author: Person, draft: CourseDraft
) -> None:
    client.sign_in(author)
    address, packed = f"/drafts/{draft.id}/folder", client.get(f"/drafts/{draft.id}/folder.zip").data
    before = draft.content
    client.post(f"/drafts/{draft.id}/lessons/02-waiting/remove")

    def bring(revision: int, data: bytes) -> Any:
        return client.post(address, data={"revision": str(revision), "file": (BytesIO(data), "c.zip")})

    assert "Ana Example saved this draft after you opened this page" in bring(1, packed).main
    assert bring(2, packed).status_code == 303
    session.refresh(draft)
    assert draft.content == before
    with write_package(
        replace(before, course={**before.course, "id": "other"}), "other", lambda _: None
    ) as stream:
        other = stream.read()
    assert "This is the folder of another course, “other”" in bring(3, other).main
    assert "Choose a file." in client.post(address, data={"revision": "3"}).main  # type: ignore[attr-defined]
    assert client.post(address, data={"revision": "3", "action": "shelf"}).status_code == 404


def test_a_folder_of_the_shelf_begins_a_draft_and_is_taken_again(
    client: InspectingClient, session: Session, author: Person, provider: Provider
) -> None:
    slug = "telehealth-law-and-ethics-california"
    client.sign_in(author)
    assert client.post(f"/drafts/from-shelf/{provider.id}/{slug}").status_code == 303
    draft = session.scalars(select(CourseDraft)).one()
    first = seen(draft.assessment["questions"][0])
    client.post(f"/drafts/{draft.id}/questions/1/remove?seen={first}")
    assert "Take this site's folder" in client.get(f"/drafts/{draft.id}/folder").main
    data = {"revision": "2", "action": "shelf"}
    assert client.post(f"/drafts/{draft.id}/folder", data=data).status_code == 303
    session.refresh(draft)
    assert check_course(draft.content)[1] == []


def test_a_folder_of_the_shelf_that_cannot_be_read_is_refused_with_a_sentence(
    client: InspectingClient, app: Flask, session: Session, author: Person, provider: Provider, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "course.yaml").write_text("title: [")
    outside = replace(app.extensions["ceu.outside"], shelf=CourseShelf(tmp_path))
    monkeypatch.setitem(app.extensions, "ceu.outside", outside)
    page = client.sign_in(author).post(f"/drafts/from-shelf/{provider.id}/broken", follow_redirects=True)
    assert "This is not valid YAML" in page.text
    assert session.scalars(select(CourseDraft)).all() == []


def opinion(verdict: str = "approve", **changes: str) -> dict[str, str]:
    answers = {f"item_{item}": "yes" for item in CHECKLIST}
    return {
        "qualification": "LMFT, teaches ethics.", "disclosure": "None.", "difficulty": "5/2", "comment": "",
        "verdict": verdict, "revision": "1", **answers, **changes,
    }  # fmt: skip


def test_from_hand_in_to_a_version_with_everybody_in_the_audit(
    client: InspectingClient,
    session: Session,
    author: Person,
    reviewer: Person,
    alice: Person,
    draft: CourseDraft,
) -> None:
    client.sign_in(author).post(f"/drafts/{draft.id}/submit")
    page: Any = client.sign_in(reviewer).post(f"/drafts/{draft.id}/review", data=opinion("return"))
    assert "Say what should be changed" in page.main
    client.post(f"/drafts/{draft.id}/review", data=opinion("return", comment="Shorter."))
    session.refresh(draft)
    assert draft.state == DraftState.RETURNED
    client.sign_in(author).post(f"/drafts/{draft.id}/submit")
    denied = opinion(item_accurate="no")
    page = client.sign_in(reviewer).post(f"/drafts/{draft.id}/review", data=denied)
    assert "every item is answered with yes" in page.main
    assert client.post(f"/drafts/{draft.id}/review", data=opinion()).status_code == 303
    client.sign_in(alice)
    page = client.post(f"/drafts/{draft.id}/publish", data={"minutes": "1:00"})
    assert page.status_code == 422
    assert "NASW: By its measure this course earns nothing" in page.main
    assert (
        client.post(f"/drafts/{draft.id}/publish", data={"minutes": "1:00", "dropped": "NASW"}).status_code
        == 303
    )
    version = session.scalars(select(CourseVersion)).one()
    assert version.credits["NASW"] == 0
    assert version.outline["reviewed"]["reviewer"] == "Ray Example"
    assert version.outline["reviewed"]["mergener"]["difficulty"] == "5/2"
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == [
        "draft.begun",
        "draft.submitted",
        "draft.returned",
        "draft.submitted",
        "draft.approved",
        "course.published",
    ]
    assert client.get(f"/drafts/{draft.id}").status_code == 200
    page = client.get(f"/courses/listening-{version.course_id}")
    assert "not offered" in page.main
    client.post(f"/drafts/{draft.id}/retire")
    session.refresh(version)
    assert version.retired_at is not None


def test_an_author_never_reviews_and_an_edit_takes_an_approval_back(
    client: InspectingClient,
    session: Session,
    author: Person,
    reviewer: Person,
    alice: Person,
    draft: CourseDraft,
) -> None:
    client.sign_in(author).post(f"/drafts/{draft.id}/submit")
    assert client.get(f"/drafts/{draft.id}/review").status_code == 404
    client.sign_in(alice)
    address = f"/drafts/{draft.id}/lessons/01-hearing"
    client.post(address, data={**values_of(client.get(address).tree), "title": "Hearing well"})
    session.refresh(draft)
    assert draft.state == DraftState.DRAFT
    client.post(f"/drafts/{draft.id}/submit")
    page: Any = client.post(f"/drafts/{draft.id}/review", data=opinion(revision="2"))
    assert "Somebody else must review it" in page.main
    assert session.scalars(select(CourseReview)).all() == []
    stale: Any = client.sign_in(reviewer).post(f"/drafts/{draft.id}/review", data=opinion(revision="1"))
    assert "changed while you read it" in stale.main
    assert client.post(f"/drafts/{draft.id}/review", data=opinion(revision="2")).status_code == 303
    assert (
        client.sign_in(alice).post(f"/drafts/{draft.id}/publish", data={"minutes": "0:30"}).status_code == 422
    )


def test_nothing_unfinished_is_handed_in(
    client: InspectingClient, session: Session, author: Person, provider: Provider
) -> None:
    draft = begin_draft(session, FROZEN_NOW, provider, author.id, "Half")
    client.sign_in(author)
    client.post(f"/drafts/{draft.id}/submit")
    assert "mistakes. Mend what is listed" in client.get(f"/drafts/{draft.id}").text
    session.refresh(draft)
    assert draft.state == DraftState.DRAFT


def test_people_of_other_organizations_find_nothing(
    client: InspectingClient, session: Session, carol: Person, draft: CourseDraft
) -> None:
    make_provider(session, (carol, Role.CE_DIRECTOR), name="Other School")
    client.sign_in(carol)
    assert "Listening" not in client.get("/drafts").main
    for path in (
        "",
        "/review",
        "/folder.zip",
        "/changes",
        "/parts/facts",
        "/files",
        "/lessons/01-hearing",
        "/questions/1",
    ):
        assert client.get(f"/drafts/{draft.id}{path}").status_code == 404, path


def test_what_a_draft_changes_is_shown(
    client: InspectingClient,
    session: Session,
    author: Person,
    reviewer: Person,
    alice: Person,
    draft: CourseDraft,
) -> None:
    client.sign_in(author).post(f"/drafts/{draft.id}/submit")
    client.sign_in(reviewer).post(f"/drafts/{draft.id}/review", data=opinion())
    client.sign_in(alice).post(f"/drafts/{draft.id}/publish", data={"minutes": "1:00", "dropped": "NASW"})
    address = f"/drafts/{draft.id}/lessons/01-hearing"
    client.sign_in(author).post(
        address,
        data={
            **values_of(client.get(address).tree),
            "title": "Hearing",
            "markdown": "word " * 4_000 + "\n\nAnother end.",
        },
    )
    page = client.get(f"/drafts/{draft.id}/changes")
    assert "Lesson “Hearing”" in page.main
    assert "Another end." in page.main
