"""Reads course folders: course.yaml, lessons/*.md and assessment.yaml, checked as a whole.

courses/README.md describes the layout for authors. A folder with mistakes is refused with all of them at once.
"""

import dataclasses
import hashlib
import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, TypeVar

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ceu.adapters.markdown import images, plain_text, render_markdown
from ceu.adapters.yaml import Locate, YamlError, read_yaml
from ceu.domain.errors import NotFound
from ceu.questions.model import Choice, Question, TrueFalse, faults_of, mistakes_of, to_json
from ceu.questions.rules import TestRules, true_false_ids

RESEARCH_YEARS = 10  # NASW Continuing Education Approval Program: references of the last ten years
TRUE_FALSE_SHARE = Fraction(1, 10)  # the same program: at most one question in ten

_COURSE = "course.yaml"
_ASSESSMENT = "assessment.yaml"
_WORD = re.compile(r"\S*[^\W_]\S*")


class Topic(StrEnum):
    """Subjects that a jurisdiction's continuing-education rules count separately."""

    BOUNDARIES = "boundaries"
    COUPLES_FAMILIES = "couples_families"
    CULTURAL_DIVERSITY = "cultural_diversity"
    DOMESTIC_VIOLENCE = "domestic_violence"
    ETHICS = "ethics"
    HIV_AIDS = "hiv_aids"
    HUMAN_TRAFFICKING = "human_trafficking"
    LAW_ETHICS = "law_ethics"
    LAWS_RULES = "laws_rules"
    MEDICAL_ERRORS = "medical_errors"
    SUICIDE_RISK = "suicide_risk"
    SUPERVISION = "supervision"
    TELEHEALTH = "telehealth"


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, str_strip_whitespace=True, str_min_length=1
    )


class TopicShare(_Part):
    """How many percent of the course count towards a topic; topics overlap, so shares need not add up to 100."""

    topic: Topic
    share: int = Field(ge=1, le=100)


class Author(_Part):
    """Who wrote or presents the course, why they are qualified, and what interests they disclose."""

    name: str
    credentials: str
    qualification: str
    disclosure: str


class Objective(_Part):
    """What a learner can do afterwards, in words that can be measured."""

    id: str
    text: str


class Reference(_Part):
    """A source. ``research`` must be dated and recent; a law or standard may be "n.d.", as it stands until replaced."""

    id: str
    kind: Literal["law", "standard", "research"]
    authors: str
    year: int | Literal["n.d."]
    title: str
    source: str
    url: str | None = Field(default=None, pattern=r"^https://")


class EvaluationItem(_Part):
    """One item of the evaluation form: a rating from 1 to 5, or a text in the learner's own words."""

    id: str
    kind: Literal["rating", "text"]
    prompt: str


class _LessonEntry(_Part):
    title: str
    file: str = Field(pattern=r"^lessons/\d\d-[a-z0-9-]+\.md$")

    @property
    def slug(self) -> str:
        return Path(self.file).stem[3:]


class CourseOutline(_Part):
    """The contents of course.yaml. ``current_as_of`` is the day on which the content was last checked."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    title: str = Field(max_length=200)
    subtitle: str
    summary: str
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    current_as_of: date
    language: str = Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    level: Literal["introductory", "intermediate", "advanced"]
    audience: tuple[str, ...] = Field(min_length=1)
    delivery: Literal["asynchronous_text"]
    topics: tuple[TopicShare, ...] = Field(min_length=1)
    authors: tuple[Author, ...] = Field(min_length=1)
    review: str
    needs_assessment: str
    objectives: tuple[Objective, ...] = Field(min_length=3, max_length=6)
    lessons: tuple[_LessonEntry, ...] = Field(min_length=1)
    evaluation: tuple[EvaluationItem, ...]
    pass_mark: int = Field(ge=1, le=100)
    attempts: int | Literal["unlimited"]
    references: tuple[Reference, ...] = Field(min_length=1)


class _Assessment(_Part):
    rules: TestRules = TestRules()
    questions: tuple[Question, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class LessonSource:
    """One lesson: its Markdown, the HTML made of it, and its number of words by ``count_words``."""

    slug: str
    title: str
    markdown: str
    html: str
    words: int


@dataclass(frozen=True, slots=True)
class CourseSource:
    """A whole, valid course. ``digest`` is the SHA-256 of its canonical content: it changes when anything does."""

    outline: CourseOutline
    lessons: tuple[LessonSource, ...]
    questions: tuple[Question, ...]
    digest: str
    rules: TestRules = dataclasses.field(default_factory=TestRules)

    @property
    def slug(self) -> str:
        """The folder's name, which is also the course's id."""
        return self.outline.id

    @property
    def words(self) -> int:
        """Words of all lessons; the reference list and the post-test are not among them."""
        return sum(lesson.words for lesson in self.lessons)

    @property
    def evaluation(self) -> tuple[EvaluationItem, ...]:
        """The evaluation form: one rating per objective, then the general items."""
        per_objective = (
            EvaluationItem(id=f"objective-{objective.id}", kind="rating", prompt=_met(objective))
            for objective in self.outline.objectives
        )
        return (*per_objective, *self.outline.evaluation)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a course folder: where it is, what is wrong, and what to do about it."""

    file: Path
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what} {self.remedy}"


class CourseError(Exception):
    """A course folder that cannot be used, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class CourseShelf:
    """The course folders below one directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def list(self) -> tuple[str, ...]:
        """The slugs of all courses, in alphabetical order."""
        return tuple(sorted(path.parent.name for path in self._root.glob(f"*/{_COURSE}")))

    def get(self, slug: str) -> CourseSource:
        """The course of that name; raises NotFound when there is none and CourseError when it has mistakes."""
        if slug not in self.list():
            raise NotFound(f"There is no course '{slug}'.")
        return _read_course(self._root / slug)


def count_words(markdown: str) -> int:
    """Words a reader sees: headings, prose, lists, tables and footnotes; runs between spaces with a letter or digit.

    Not counted: addresses of links, descriptions of images, code blocks, and lines of dashes or blanks to fill in.
    "self-harm" is one word, "BPC 2290.5" two.

    >>> count_words("# Consent - a *checklist*\\n\\n[Ask](https://example.org) under BPC 2290.5: ____")
    6
    """
    return len(_WORD.findall(plain_text(markdown)))


def _met(objective: Objective) -> str:
    return f"How well did this course prepare you to do this? {objective.text}"


def _read_course(folder: Path) -> CourseSource:
    outline, in_outline = _read(folder / _COURSE, CourseOutline)
    assessment, in_assessment = _read(folder / _ASSESSMENT, _Assessment)
    problems = [
        *_outline_problems(folder, outline, in_outline),
        *_assessment_problems(folder, outline, assessment, in_outline, in_assessment),
        *_lesson_problems(folder, outline, in_outline),
    ]
    if problems:
        raise CourseError(problems)
    lessons = tuple(_lesson(folder, entry) for entry in outline.lessons)
    digest = _digest(folder, outline, lessons, assessment)
    return CourseSource(outline, lessons, assessment.questions, digest, assessment.rules)


Model = TypeVar("Model", bound=_Part)


def _read(path: Path, model: type[Model]) -> tuple[Model, Locate]:
    try:
        data, locate = read_yaml(path)
    except YamlError as error:
        raise CourseError([Problem(error.file, error.line, error.what, error.remedy)]) from error
    try:
        # As JSON, because strict JSON knows lists as tuples and dates as text.
        return model.model_validate_json(json.dumps(data)), locate
    except ValidationError as error:
        raise CourseError(
            [
                Problem(path, locate(mistake.place), mistake.what, mistake.remedy)
                for mistake in mistakes_of(error)
            ]
        ) from error


def _outline_problems(folder: Path, outline: CourseOutline, locate: Locate) -> Iterator[Problem]:
    path = folder / _COURSE
    if outline.id != folder.name:
        yield Problem(
            path, locate(("id",)), f"The id '{outline.id}' is not the folder's name.", "Make them the same."
        )
    ids: tuple[tuple[str, Iterable[str]], ...] = (
        ("objectives", (objective.id for objective in outline.objectives)),
        ("references", (reference.id for reference in outline.references)),
        ("evaluation", (item.id for item in outline.evaluation)),
        ("topics", (share.topic for share in outline.topics)),
        ("lessons", (entry.slug for entry in outline.lessons)),
    )
    for field, values in ids:
        for position, value in _repeated(values):
            line = locate((field, position))
            yield Problem(path, line, f"'{value}' stands twice in {field}.", "Give each its own name.")
    oldest = outline.current_as_of.year - RESEARCH_YEARS
    for position, reference in enumerate(outline.references):
        if reference.kind == "research" and (reference.year == "n.d." or reference.year < oldest):
            yield Problem(
                path,
                locate(("references", position, "year")),
                f"The research reference '{reference.id}' is undated or older than {RESEARCH_YEARS} years.",
                "Give its year, cite newer research, or mark a law or professional standard as such.",
            )


def _assessment_problems(
    folder: Path, outline: CourseOutline, assessment: _Assessment, in_outline: Locate, in_assessment: Locate
) -> Iterator[Problem]:
    path = folder / _ASSESSMENT
    questions, rules = assessment.questions, assessment.rules
    objectives = {objective.id for objective in outline.objectives}
    lessons = {entry.slug for entry in outline.lessons}
    for mistake in faults_of(questions):
        yield Problem(path, in_assessment(("questions", *mistake.place)), mistake.what, mistake.remedy)
    for position, question in enumerate(questions):
        for what, remedy in _question_faults(question, objectives, lessons):
            yield Problem(
                path, in_assessment(("questions", position)), f"Question '{question.id}': {what}", remedy
            )
    for mistake in rules.faults(questions):
        yield Problem(path, in_assessment(("rules", *mistake.place)), mistake.what, mistake.remedy)
    sure = rules.always_asked(questions)
    for position, objective in enumerate(outline.objectives):
        if objective.id not in sure:
            yield Problem(
                folder / _COURSE,
                in_outline(("objectives", position)),
                f"No question tests the objective '{objective.id}'"
                + (" in every draw." if any(each.objective == objective.id for each in questions) else "."),
                "Write one, draw from its questions in a section of their own, or remove the objective.",
            )
    asked, true_false = rules.asked(questions), rules.most_asked(questions, true_false_ids(questions))
    if true_false > TRUE_FALSE_SHARE * asked:
        yield Problem(
            path,
            in_assessment(("questions",)),
            f"{true_false} of {asked} questions are true or false; at most one in ten may be.",
            "Give some of them four options.",
        )


def _question_faults(
    question: Question, objectives: set[str], lessons: set[str]
) -> Iterator[tuple[str, str]]:
    if question.objective not in objectives:
        yield f"there is no objective '{question.objective or ''}'.", "Name one of course.yaml."
    if question.lesson not in lessons:
        yield (
            f"there is no lesson '{question.lesson or ''}'.",
            "Name a lesson's file without number and ending.",
        )
    if isinstance(question, TrueFalse) and not (question.if_true and question.if_false):
        yield "not every answer has feedback.", "Write if_true and if_false."
    if isinstance(question, Choice):
        yield from _choice_faults(question)


def _choice_faults(question: Choice) -> Iterator[tuple[str, str]]:
    for option in question.options:
        if not option.feedback:
            yield f"the option '{option.id}' has no feedback.", "Say what choosing it teaches."
    if question.several:
        return
    if len(question.options) not in (2, 4):
        yield f"it has {len(question.options)} options.", "Give it four, or two for true or false."
    right = sum(option.correct for option in question.options)
    if right > 1:
        yield f"{right} options are correct.", "Mark exactly one with 'correct: true'."


def _lesson_problems(folder: Path, outline: CourseOutline, locate: Locate) -> Iterator[Problem]:
    for position, entry in enumerate(outline.lessons):
        path = folder / entry.file
        if not path.is_file():
            line = locate(("lessons", position, "file"))
            yield Problem(
                folder / _COURSE, line, f"The file '{entry.file}' is missing.", "Add it or correct its name."
            )
            continue
        text = path.read_text(encoding="utf-8")
        if not count_words(text):
            yield Problem(path, 1, "The lesson is empty.", "Write it, or remove it from course.yaml.")
        for line, source, alternative in images(text):
            if not alternative:
                yield Problem(
                    path,
                    line,
                    f"The image '{source}' has no alternative text.",
                    "Describe it in the brackets.",
                )
            if not _asset(folder, source):
                yield Problem(
                    path,
                    line,
                    f"The image '{source}' is missing.",
                    "Put it into the course's folder assets/.",
                )
    listed = {folder / entry.file for entry in outline.lessons}
    for path in sorted((folder / "lessons").glob("*.md")):
        if path not in listed:
            yield Problem(path, 1, "This lesson is not in course.yaml.", "List it there, or remove the file.")


def _lesson(folder: Path, entry: _LessonEntry) -> LessonSource:
    markdown = (folder / entry.file).read_text(encoding="utf-8")
    return LessonSource(entry.slug, entry.title, markdown, render_markdown(markdown), count_words(markdown))


def _asset(folder: Path, source: str) -> Path | None:
    """The image in the folder assets/ that a lesson names, or None."""
    path = (folder / source).resolve()
    return path if path.is_relative_to((folder / "assets").resolve()) and path.is_file() else None


def _digest(
    folder: Path, outline: CourseOutline, lessons: Sequence[LessonSource], assessment: _Assessment
) -> str:
    used = {source: _asset(folder, source) for lesson in lessons for _, source, _ in images(lesson.markdown)}
    content: dict[str, Any] = {
        "course": outline.model_dump(mode="json"),
        "lessons": [lesson.markdown for lesson in lessons],
        "assessment": {
            "rules": assessment.rules.model_dump(mode="json", exclude_defaults=True),
            "questions": [to_json(question) for question in assessment.questions],
        },
        "assets": {
            source: hashlib.sha256(path.read_bytes()).hexdigest() for source, path in used.items() if path
        },
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


Value = TypeVar("Value", bound=Hashable)


def _repeated(values: Iterable[Value]) -> Iterator[tuple[int, Value]]:
    """Each value that has stood before, with its position."""
    seen: Counter[Value] = Counter()
    for position, value in enumerate(values):
        if seen[value]:
            yield position, value
        seen[value] += 1
