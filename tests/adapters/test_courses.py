"""Course folders: a good one is read whole, a bad one is refused with place, reason and remedy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ceu.adapters.courses import CourseError, CourseShelf, CourseSource, count_words, items_written
from ceu.domain.credit import NBCC_ROUNDING, award, nbcc_minutes
from ceu.domain.errors import NotFound
from ceu.questions.model import Choice

COURSES = Path(__file__).parents[2] / "courses"

COURSE = """\
id: listening
title: Listening
subtitle: A small course
summary: About listening.
version: 1.0.0
current_as_of: 2026-11-01
language: en-US
level: introductory
audience: [Therapists]
delivery: asynchronous_text
topics:
  - {topic: ethics, share: 100}
authors:
  - {name: A. Writer, credentials: none, qualification: Fictional., disclosure: None.}
review: By nobody yet.
needs_assessment: Listening is hard.
objectives:
  - {id: hear, text: Name what was said.}
  - {id: wait, text: Count to ten.}
  - {id: answer, text: Say it back.}
lessons:
  - {title: Hearing, file: lessons/01-hearing.md}
  - {title: Waiting, file: lessons/02-waiting.md}
evaluation:
  - {id: overall, kind: text, prompt: What will you do differently?}
pass_mark: 80
attempts: unlimited
references:
  - {id: old-law, kind: law, authors: State, year: 1953, title: A law, source: Code}
  - {id: study, kind: research, authors: B. Study, year: 2016, title: A study, source: A journal}
"""

QUESTION = """\
  - id: {id}
    objective: {objective}
    lesson: hearing
    stem: What now?
    options:
      - {{id: a, text: Listen, correct: true, feedback: Yes.}}
      - {{id: b, text: Speak, feedback: Not yet.}}
      - {{id: c, text: Leave, feedback: Stay.}}
      - {{id: d, text: Sing, feedback: Later.}}
"""

ASSESSMENT = "questions:\n" + "".join(
    QUESTION.format(id=f"q{number}", objective=objective)
    for number, objective in enumerate(("hear", "wait", "answer"), start=1)
)

PNG = b"\x89PNG\r\n\x1a\n"

Change = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    course = tmp_path / "listening"
    (course / "lessons").mkdir(parents=True)
    (course / "course.yaml").write_text(COURSE)
    (course / "assessment.yaml").write_text(ASSESSMENT)
    (course / "lessons" / "01-hearing.md").write_text("## Ears\n\nHear **all** of it.\n")
    (course / "lessons" / "02-waiting.md").write_text("Wait.\n")
    return course


@pytest.fixture
def change(folder: Path) -> Change:
    """Replace the first occurrence of some text in one of the folder's files."""

    def replace(name: str, old: str, new: str) -> None:
        path = folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return replace


def read(folder: Path) -> CourseSource:
    return CourseShelf(folder.parent).get(folder.name)


def problems(folder: Path) -> list[tuple[str, int, str]]:
    """The problems of the folder as (file, line, what); every one has a remedy."""
    with pytest.raises(CourseError) as caught:
        read(folder)
    assert all(problem.remedy for problem in caught.value.problems)
    return [(problem.file.name, problem.line, problem.what) for problem in caught.value.problems]


def test_it_works(folder: Path) -> None:
    course = read(folder)
    assert course.slug == "listening"
    assert [(lesson.slug, lesson.title, lesson.words) for lesson in course.lessons] == [
        ("hearing", "Hearing", 5),
        ("waiting", "Waiting", 1),
    ]
    assert course.words == 6
    assert course.lessons[0].html.startswith('<h3 id="section-ears">Ears</h3>')
    assert course.questions[0].right.text == "Listen"


def test_the_shelf_lists_the_folders_that_hold_a_course(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "another")
    (folder.parent / "notes").mkdir()
    assert CourseShelf(folder.parent).list() == ("another", "listening")


@pytest.mark.parametrize("slug", ["absent", "../listening", "", "."])
def test_a_course_that_is_not_on_the_shelf_is_not_found(folder: Path, slug: str) -> None:
    with pytest.raises(NotFound):
        CourseShelf(folder.parent).get(slug)


def test_the_evaluation_asks_about_every_objective_first(folder: Path) -> None:
    items = read(folder).evaluation
    assert [item.id for item in items] == [
        "objective-hear", "objective-wait", "objective-answer", "presenter-1-taught", "overall"
    ]  # fmt: skip
    assert items[0].prompt == "How well did this course prepare you to do this? Name what was said."


def test_items_about_the_presenter_are_asked_of_each_and_come_back_as_written(
    folder: Path, change: Change
) -> None:
    clear = "{id: clear, kind: yes_no, prompt: Was it clear?, about: presenter}"
    change("course.yaml", "evaluation:", f"evaluation:\n  - {clear}")
    (*_, asked, overall) = read(folder).evaluation
    assert (asked.id, asked.subject, overall.id) == ("presenter-1-clear", "A. Writer", "overall")
    written = items_written(item.model_dump(mode="json") for item in read(folder).evaluation)
    assert written == [item.model_dump(mode="json") for item in read(folder).outline.evaluation]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("{id: a, kind: choice, prompt: Which?}", "without two different options"),
        ("{id: a, kind: choice, prompt: Which?, options: [One, One]}", "without two different options"),
        ("{id: a, kind: yes_no, prompt: Well?, options: [One, Two]}", "but it is no choice"),
        ("{id: objective-a, kind: text, prompt: Well?}", "begins like those"),
        ("{id: presenter-1, kind: text, prompt: Well?}", "begins like those"),
    ],
)
def test_an_item_of_the_evaluation_that_cannot_be_asked(
    folder: Path, change: Change, item: str, said: str
) -> None:
    change("course.yaml", "evaluation:", f"evaluation:\n  - {item}")
    with pytest.raises(CourseError, match=said):
        read(folder)


def test_what_came_later_leaves_the_digest_of_older_courses(folder: Path, change: Change) -> None:
    before = read(folder).digest
    change("course.yaml", "evaluation:", "anonymous_evaluation: false\nevaluation:")
    assert read(folder).digest == before
    change("course.yaml", "anonymous_evaluation: false", "anonymous_evaluation: true")
    assert read(folder).digest != before


def test_the_digest_is_that_of_the_content_not_of_its_spelling(folder: Path, change: Change) -> None:
    before = read(folder).digest
    change("course.yaml", "title: Listening", "# a comment\ntitle:   'Listening'")
    assert read(folder).digest == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("course.yaml", "summary: About", "summary: All about"),
        ("assessment.yaml", "What now?", "And now?"),
        ("lessons/02-waiting.md", "Wait.", "Wait!"),
    ],
)
def test_the_digest_changes_with_any_content(
    folder: Path, change: Change, name: str, old: str, new: str
) -> None:
    before = read(folder).digest
    change(name, old, new)
    assert read(folder).digest != before


def test_the_digest_covers_images(folder: Path, change: Change) -> None:
    change("lessons/02-waiting.md", "Wait.", "Wait. ![A clock](assets/clock.png)")
    (folder / "assets").mkdir()
    (folder / "assets" / "clock.png").write_bytes(PNG + b"one")
    before = read(folder).digest
    (folder / "assets" / "clock.png").write_bytes(PNG + b"two")
    assert read(folder).digest != before


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("course.yaml", "pass_mark: 80\n", "", ("course.yaml", 1, "'pass_mark' is missing.")),
        ("course.yaml", "subtitle:", "subtitel:", ("course.yaml", 3, "'subtitel' is not a field here.")),
        ("course.yaml", "pass_mark: 80", "pass_mark: '80'", ("course.yaml", 26, "'pass_mark' has a value that does not")),
        ("course.yaml", "topic: ethics", "topic: golf", ("course.yaml", 12, "'topic' has a value that does not fit")),
        ("course.yaml", "share: 100", "share: 101", ("course.yaml", 12, "'share' has a value that does not fit")),
        ("course.yaml", "disclosure: None.", "disclosure: ''", ("course.yaml", 14, "'disclosure' has a value that")),
        ("course.yaml", "title: Listening", "id: x", ("course.yaml", 2, "The key 'id' is already used on line 1.")),
        ("course.yaml", "id: listening", "id: hearing", ("course.yaml", 1, "The id 'hearing' is not the folder's name.")),
        ("course.yaml", "{id: wait,", "{id: hear,", ("course.yaml", 19, "'hear' stands twice in objectives.")),
        ("course.yaml", "{id: study,", "{id: old-law,", ("course.yaml", 30, "'old-law' stands twice in references.")),
        ("course.yaml", "year: 2016", "year: n.d.", ("course.yaml", 30, "The research reference 'study' is undated")),
        ("course.yaml", "02-waiting", "03-waiting", ("course.yaml", 23, "The file 'lessons/03-waiting.md' is missing.")),
        ("course.yaml", "lessons/02-waiting.md", "../x.md", ("course.yaml", 23, "'file' has a value that does not fit")),
        ("assessment.yaml", "id: q2", "id: q1", ("assessment.yaml", 11, "'q1' stands twice in questions.")),
        ("assessment.yaml", "objective: hear", "objective: see", ("assessment.yaml", 3, "Question 'q1': there is no obj")),
        ("assessment.yaml", "lesson: hearing", "lesson: seeing", ("assessment.yaml", 4, "Question 'q1': there is no les")),
        ("assessment.yaml", ", correct: true", "", ("assessment.yaml", 2, "Question 'q1': 0 options are correct.")),
        ("assessment.yaml", "Speak,", "Speak, correct: true,", ("assessment.yaml", 2, "Question 'q1': 2 options are")),
        ("assessment.yaml", "{id: b, text: Speak", "{id: a, text: Speak", ("assessment.yaml", 8, "Question 'q1': two opt")),
        ("assessment.yaml", "text: Speak", "text: Listen", ("assessment.yaml", 8, "Question 'q1': two options have the")),
        ("assessment.yaml", "id: q1", "id: 1", ("assessment.yaml", 2, "'id' has a value that does not fit")),
        ("lessons/02-waiting.md", "Wait.", "---", ("02-waiting.md", 1, "The lesson is empty.")),
        ("lessons/02-waiting.md", "Wait.", "Wait.\n\n![x](assets/x.png)", ("02-waiting.md", 3, "The image 'assets/x.png'")),
        ("lessons/02-waiting.md", "Wait.", "Wait ![x](../course.yaml)", ("02-waiting.md", 1, "The image '../course.yaml'")),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_where_it_stands(
    folder: Path, change: Change, name: str, old: str, new: str, expected: tuple[str, int, str]
) -> None:
    change(name, old, new)
    file, line, what = expected
    assert any(
        found == file and at == line and said.startswith(what) for found, at, said in problems(folder)
    ), problems(folder)


def test_an_image_without_alternative_text_is_refused(folder: Path, change: Change) -> None:
    change("lessons/02-waiting.md", "Wait.", "Wait. ![](assets/clock.png)")
    (folder / "assets").mkdir()
    (folder / "assets" / "clock.png").write_bytes(PNG)
    assert problems(folder) == [("02-waiting.md", 1, "The image 'assets/clock.png' has no alternative text.")]


def test_a_file_that_is_not_what_its_name_says_is_refused(folder: Path) -> None:
    (folder / "assets").mkdir()
    (folder / "assets" / "clock.png").write_bytes(b"<script>")
    assert problems(folder) == [("clock.png", 1, "“assets/clock.png” does not hold what its ending says.")]


VIDEO = b"\0\0\0\x20ftypisom"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n"
RECORDINGS = "recordings:\n  - {file: assets/talk.mp4, seconds: 90}\n"


def test_a_video_needs_words_captions_and_a_length(folder: Path, change: Change) -> None:
    change("lessons/02-waiting.md", "Wait.", "Wait.\n\n![](assets/talk.mp4)")
    (folder / "assets").mkdir()
    assert problems(folder) == [
        ("02-waiting.md", 3, "The video 'assets/talk.mp4' has no alternative text."),
        ("02-waiting.md", 3, "The video 'assets/talk.mp4' is missing."),
        ("02-waiting.md", 3, "The video 'assets/talk.mp4' has no captions, so not everybody can follow it."),
        ("02-waiting.md", 3, "Nothing says how long the video 'assets/talk.mp4' runs."),
    ]
    change("lessons/02-waiting.md", "![]", "![A talk]")
    change("course.yaml", "evaluation:", RECORDINGS + "evaluation:")
    (folder / "assets" / "talk.mp4").write_bytes(VIDEO)
    (folder / "assets" / "talk.vtt").write_bytes(CAPTIONS)
    course = read(folder)
    assert course.seconds == 90
    assert set(course.assets) == {"assets/talk.mp4", "assets/talk.vtt"}
    html = course.lesson_html(lambda name: f"/kept/{name}")[1]
    assert '<video controls preload="metadata" src="/kept/assets/talk.mp4" aria-label="A talk">' in html
    assert '<track kind="captions" src="/kept/assets/talk.vtt"' in html


def test_a_recording_that_no_lesson_shows_is_refused(folder: Path, change: Change) -> None:
    change("course.yaml", "evaluation:", RECORDINGS + "evaluation:")
    assert problems(folder) == [
        ("course.yaml", 25, "No lesson shows 'assets/talk.mp4', so its minutes cannot count.")
    ]


def test_a_linked_file_must_be_there(folder: Path, change: Change) -> None:
    change("lessons/02-waiting.md", "Wait.", "Wait.\n\n[Handout](assets/handout.pdf)")
    assert problems(folder) == [("02-waiting.md", 3, "The file 'assets/handout.pdf' is missing.")]


def test_an_objective_without_a_question_is_refused(folder: Path, change: Change) -> None:
    change("assessment.yaml", "objective: wait", "objective: hear")
    assert problems(folder) == [("course.yaml", 19, "No question tests the objective 'wait'.")]


RULES = """
rules:
  time_limit: 30
  sections:
    - {title: First, objectives: [hear, wait]}
    - {draw: 1}
"""


def test_an_assessment_may_have_rules_and_questions_of_every_kind(folder: Path) -> None:
    other = """\
  - {id: order, kind: ordering, objective: answer, lesson: hearing, stem: Order?, items: [{id: a, text: One}, {id: b, text: Two}]}
  - {id: short, kind: short_text, objective: answer, lesson: hearing, stem: Who?, answers: [{pattern: "*", fraction: 1}]}
  - {id: number, kind: numeric, objective: answer, lesson: hearing, stem: How many?, answers: [{value: 0.1, tolerance: 1/3}]}
"""
    (folder / "assessment.yaml").write_text(ASSESSMENT + other + RULES)
    course = read(folder)
    assert [question.kind for question in course.questions[3:]] == ["ordering", "short_text", "numeric"]
    assert (course.rules.time_limit, course.rules.asked(course.questions)) == (30, 3)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("draw: 1", "draw: 2", (34, "Section 2 draws 2 of 1 questions.")),
        ("    - {draw: 1}\n", "", (32, "The question 'q3' fits no section, so it is never asked.")),
        (
            "[hear, wait]}",
            "[hear, wait], draw: 1}",
            (18, "No question tests the objective 'hear' in every draw."),
        ),
        ("time_limit: 30", "time_limit: 0", (31, "'time_limit' has a value that does not fit")),
        ("time_limit: 30", "hurry: true", (31, "'hurry' is not a field here.")),
    ],
)
def test_rules_that_cannot_be_are_refused(
    folder: Path, old: str, new: str, expected: tuple[int, str]
) -> None:
    assert old in RULES
    (folder / "assessment.yaml").write_text(ASSESSMENT + RULES.replace(old, new))
    found = [(line, what) for _, line, what in problems(folder)]
    assert any(what.startswith(expected[1]) for _, what in found), found
    assert expected[0] in [line for line, what in found if what.startswith(expected[1])], found


def test_three_options_are_refused(folder: Path, change: Change) -> None:
    change("assessment.yaml", "      - {id: d, text: Sing, feedback: Later.}\n", "")
    assert problems(folder) == [("assessment.yaml", 2, "Question 'q1': it has 3 options.")]


def test_a_lesson_that_is_not_listed_is_refused(folder: Path) -> None:
    (folder / "lessons" / "03-more.md").write_text("More.")
    assert problems(folder) == [("03-more.md", 1, "This lesson is not in course.yaml.")]


def test_a_missing_assessment_is_refused(folder: Path) -> None:
    (folder / "assessment.yaml").unlink()
    assert problems(folder) == [
        ("assessment.yaml", 1, "The file cannot be read (No such file or directory).")
    ]


def test_all_mistakes_are_told_at_once(folder: Path, change: Change) -> None:
    change("course.yaml", "{id: wait,", "{id: hear,")
    change("assessment.yaml", ", correct: true", "")
    (folder / "lessons" / "03-more.md").write_text("More.")
    with pytest.raises(CourseError) as caught:
        read(folder)
    assert len(str(caught.value).splitlines()) == len(caught.value.problems) >= 3


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("", 0),
        ("one two", 2),
        ("# one *two*", 2),
        ("self-harm", 1),
        ("BPC § 2290.5 — § — 45 CFR", 4),
        ("name: ____ | date: ____", 2),
        ("| one | two |\n|---|---|\n| three |  |", 3),
        ("[one](https://example.org/two-three) ![four](five.png)", 1),
        ("```\none\n```", 0),
        ("one[^a]\n\n[^a]: two", 2),
        ("one\ntwo  \nthree", 3),
        ("don’t 50/50 1:40", 3),
    ],
)
def test_words_are_counted_as_a_reader_sees_them(markdown: str, words: int) -> None:
    assert count_words(markdown) == words


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=8), max_size=30))
def test_plain_words_are_all_counted(words: list[str]) -> None:
    assert count_words(" ".join(words)) == len(words)


@pytest.mark.parametrize("slug", CourseShelf(COURSES).list())
def test_every_shipped_course_is_valid_and_earns_what_it_promises(slug: str) -> None:
    course = CourseShelf(COURSES).get(slug)
    if course.outline.is_live:
        assert course.outline.instruction_minutes
        return
    assert len(course.questions) >= 10
    assert award(nbcc_minutes(course.words), NBCC_ROUNDING) >= 60
    for lesson in course.lessons:
        assert "<h1" not in lesson.html


def test_the_telehealth_course_is_an_hour_of_law_and_ethics() -> None:
    course = CourseShelf(COURSES).get("telehealth-law-and-ethics-california")
    assert {share.topic: share.share for share in course.outline.topics} == {
        "law_ethics": 100,
        "telehealth": 100,
    }
    assert course.words >= 6_500
    assert award(nbcc_minutes(course.words), NBCC_ROUNDING) == 60
    assert len(course.questions) >= 14
    plain = [each for each in course.questions if isinstance(each, Choice) and not each.several]
    assert all(sum(option.correct for option in question.options) == 1 for question in plain)
    assert {each.kind for each in course.questions} == {"choice", "matching", "ordering"}
