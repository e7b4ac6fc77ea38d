"""What changed in a course: everything for authors; for learners what they see, and neither question nor key."""

from dataclasses import asdict, replace
from typing import Any

from ceu.adapters.courses import CourseContent
from ceu.catalog.changes import Change, changes_between, news_between, news_of
from ceu.web.filters import markdown

BEFORE = CourseContent(
    {
        "title": "Listening",
        "version": "1.0.0",
        "review": "Nobody yet.",
        "objectives": [{"id": "hear", "text": "Hear."}],
        "authors": [
            {"name": "A", "credentials": "LMFT", "qualification": "Wrote it.", "disclosure": "None."}
        ],
        "references": [
            {"id": "r", "kind": "law", "authors": "State", "year": 1953, "title": "T", "source": "S"}
        ],
        "lessons": [
            {"title": "One", "file": "lessons/01-one.md"},
            {"title": "Two", "file": "lessons/02-two.md"},
        ],
    },
    {"lessons/01-one.md": "First.\n\nSecond passage.", "lessons/02-two.md": "Two."},
    {"questions": [{"id": "q1", "stem": "Secret?"}, {"id": "q2", "stem": "Another?"}]},
    {},
)


def after(**course: Any) -> CourseContent:
    return replace(BEFORE, course={**BEFORE.course, **course})


def test_nothing_new() -> None:
    assert news_between(BEFORE, BEFORE, in_full=True) == changes_between(BEFORE, BEFORE) == []


def test_what_only_authors_write_is_no_news() -> None:
    assert news_between(BEFORE, after(review="By Ray.", version="1.1.0"), in_full=True) == []
    assert len(changes_between(BEFORE, after(review="By Ray.", version="1.1.0"))) == 2


def test_people_objectives_and_sources_are_said_in_words() -> None:
    changed = after(
        objectives=[{"id": "hear", "text": "Hear well."}, {"id": "wait", "text": "Wait."}],
        authors=[{**BEFORE.course["authors"][0], "disclosure": "Owns a clinic."}],
        references=[],
    )
    assert news_between(BEFORE, changed, in_full=False) == [
        Change("Objective", "Hear.", "Hear well."),
        Change("Objective", "", "Wait."),
        Change(
            "Author", "A, LMFT. Wrote it. Disclosure: None.", "A, LMFT. Wrote it. Disclosure: Owns a clinic."
        ),
        Change("Reference", "State (1953). T. S", ""),
    ]


def test_lessons_by_passage_for_learners_and_by_length_for_everybody() -> None:
    lessons = {
        "lessons/01-one.md": "First.\n\nA passage that is new.",
        "lessons/03-three.md": "Three words here.",
    }
    changed = replace(
        after(lessons=[BEFORE.course["lessons"][0], {"title": "Three", "file": "lessons/03-three.md"}]),
        lessons=lessons,
    )
    assert news_between(BEFORE, changed, in_full=True) == [
        Change("Lesson “One”", "Second passage.", "A passage that is new."),
        Change("Lesson “Two”", "Two.", ""),
        Change("Lesson “Three”", "", "Three words here."),
    ]
    assert news_between(BEFORE, changed, in_full=False) == [
        Change("Lesson “One”", "3 words", "6 words"),
        Change("Lesson “Two”", "1 word", ""),
        Change("Lesson “Three”", "", "3 words"),
    ]


def test_on_a_page_pictures_are_where_it_finds_them_and_versions_without_text_cannot_be_compared() -> None:
    lessons = {"lessons/01-one.md": "First.\n\n![An ear](assets/ear.png)", "lessons/02-two.md": "Two."}
    digest = "a" * 64
    changed = replace(BEFORE, lessons=lessons, assets={"assets/ear.png": digest})
    news = news_of(asdict(BEFORE), asdict(changed), in_full=True)
    assert news
    [change] = news.changes
    assert f'src="/courses/files/{digest}.png"' in markdown(change.after, news.after.address)
    assert news_of(None, asdict(changed), in_full=True) is None


def test_the_test_is_counted_and_never_shown() -> None:
    questions = [{"id": "q1", "stem": "Secret, again?"}, {"id": "q3", "stem": "New?"}]
    changed = replace(BEFORE, assessment={"questions": questions})
    assert news_between(BEFORE, changed, in_full=True) == [
        Change("Questions of the test", "2", "2: 1 new, 1 changed, 1 left out")
    ]
