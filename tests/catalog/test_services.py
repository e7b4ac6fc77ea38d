"""Publishing: one version per content, immutable, behind its gates."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.courses import CourseContent, check_course
from ceu.audit.models import AuditEntry
from ceu.catalog.models import CourseVersion
from ceu.catalog.queries import list_lessons
from ceu.catalog.services import retire_course
from ceu.domain.errors import DomainError
from ceu.providers.models import Provider
from ceu.questions.model import to_json
from tests.catalog.builders import WORKER, make_provider, make_source, publish_course
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import RATINGS


@pytest.fixture
def provider(session: Session) -> Provider:
    return make_provider(session)


def test_it_works(session: Session, provider: Provider) -> None:
    source = make_source()
    version = publish_course(session, FROZEN_NOW, provider, source, 60)
    assert (version.number, version.minutes, version.words, version.retired_at) == (1, 60, 6_600, None)
    assert [lesson.title for lesson in list_lessons(session, version.id)] == ["Hearing", "Waiting"]
    found = [
        (item["body"], item["measure"], item["exact"], item["fraction"], item["awarded"])
        for item in version.outline["hours"]
    ]
    assert found == [
        ("CAMFT", "set by the provider", "unknown", None, 60),
        ("NASW", "6,600 words at 10,000 words an hour", "39.60", "198/5", 0),
        ("NBCC", "6,600 words at 6,000 words an hour", "66.00", "66", 60),
    ]
    assert version.credits == {"APA": 0, "CAMFT": 60, "NASW": 0, "NBCC": 60}
    assert check_course(CourseContent(**version.content or {}))[0] is not None
    items = [item["id"] for item in version.outline["evaluation"]]
    assert items == [*RATINGS, "change"]


def test_a_topic_of_part_of_the_course_is_not_a_topic_of_its_credit(
    session: Session, provider: Provider
) -> None:
    assert publish_course(session, FROZEN_NOW, provider, make_source(), 60).topics == ["law_ethics"]


def test_the_same_content_is_one_version(session: Session, provider: Provider) -> None:
    first = publish_course(session, FROZEN_NOW, provider, make_source(), 60)
    again = publish_course(session, FROZEN_NOW, provider, make_source(), 30)
    assert again.id == first.id
    assert again.minutes == 60
    assert session.scalar(select(func.count(CourseVersion.id))) == 1


def test_changed_content_is_the_next_version_and_the_old_one_stays_as_it_was(
    session: Session, provider: Provider
) -> None:
    first = publish_course(session, FROZEN_NOW, provider, make_source(), 60)
    second = publish_course(session, FROZEN_NOW, provider, make_source(title="Listening again"), 60)
    assert (second.number, second.course_id, second.retired_at) == (2, first.course_id, None)
    assert (first.title, first.retired_at) == ("Listening", FROZEN_NOW)


def test_a_course_put_back_as_it_was_is_the_old_version_again(session: Session, provider: Provider) -> None:
    first = publish_course(session, FROZEN_NOW, provider, make_source(), 60)
    second = publish_course(session, FROZEN_NOW, provider, make_source(title="Listening again"), 60)
    assert publish_course(session, FROZEN_NOW, provider, make_source(), 60).id == first.id
    assert (first.retired_at, second.retired_at) == (None, FROZEN_NOW)


def test_two_providers_publish_the_same_folder_as_two_courses(session: Session, provider: Provider) -> None:
    other = make_provider(session, name="Bay School")
    ours = publish_course(session, FROZEN_NOW, provider, make_source(), 60)
    theirs = publish_course(session, FROZEN_NOW, other, make_source(), 60)
    assert ours.course_id != theirs.course_id


def test_a_closed_gate_refuses_with_its_reason(session: Session, provider: Provider) -> None:
    nasw = make_provider(session, bodies=("NASW", "NBCC"), name="Both")
    source = make_source(words=12_000, questions=9, planners=[WORKER])
    with pytest.raises(DomainError, match=r"NASW: 9 questions, but it asks 10 .* Write 1 more") as refusal:
        publish_course(session, FROZEN_NOW, nasw, source, 60)
    assert refusal.value.field == "minutes"
    version = publish_course(session, FROZEN_NOW, nasw, source, 60, dropped=["NASW"])
    assert (version.credits["NASW"], version.credits["NBCC"]) == (0, 60)
    assert [item["dropped"] for item in version.outline["hours"]] == [True, False]


def test_a_retired_course_is_off_the_list_once(session: Session, provider: Provider, alice: Person) -> None:
    version = publish_course(session, FROZEN_NOW, provider, make_source(), 60)
    retire_course(session, FROZEN_NOW, version, retired_by_id=alice.id)
    assert version.retired_at == FROZEN_NOW
    with pytest.raises(DomainError, match="no longer on offer"):
        retire_course(session, FROZEN_NOW, version, retired_by_id=alice.id)


def test_files_are_published_where_pages_find_them(session: Session, provider: Provider) -> None:
    outline = make_source().outline.model_dump(mode="json", exclude_defaults=True)
    questions = [to_json(question) for question in make_source().questions]
    questions[0] = {**questions[0], "stem": "What is it? ![An ear](assets/ear.png)"}
    words = "word " * 3_300
    lessons = {
        f"lessons/0{number}-{name}.md": f"{words}\n\n![An ear](assets/ear.png)"
        for number, name in ((1, "hearing"), (2, "waiting"))
    }
    source, faults = check_course(
        CourseContent(outline, lessons, {"questions": questions}, {"assets/ear.png": "a" * 64})
    )
    assert source is not None, faults
    version = publish_course(session, FROZEN_NOW, provider, source, 60)
    where = f"/courses/files/{'a' * 64}.png"
    assert f'src="{where}"' in version.lessons[0].html
    assert version.assessment[0]["stem"] == f"What is it? ![An ear]({where})"


@pytest.mark.parametrize(("valid_to", "is_open"), [(date(2026, 11, 24), True), (date(2026, 11, 23), False)])
def test_the_approval_must_be_in_force_today(session: Session, valid_to: date, is_open: bool) -> None:
    provider = make_provider(session, name="Late School", valid_to=valid_to)
    if is_open:
        assert publish_course(session, FROZEN_NOW, provider, make_source(), 60)
    else:
        with pytest.raises(DomainError, match="No approval of this provider is in force today"):
            publish_course(session, FROZEN_NOW, provider, make_source(), 60)


def test_publishing_is_noted_once(session: Session, provider: Provider) -> None:
    alice = make_person(session)
    for _ in range(2):
        version = publish_course(session, FROZEN_NOW, provider, make_source(), 60, published_by_id=alice.id)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "course.published")).all()
    assert [(entry.actor_person_id, entry.subject_id) for entry in entries] == [(alice.id, str(version.id))]
