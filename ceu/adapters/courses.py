"""The one reader and checker of courses: course.yaml, lessons/*.md, assessment.yaml and assets/, checked as a whole.

A folder, a ZIP file and a draft in the database hold the same ``CourseContent``; ``check_course`` finds every mistake in it at
once, each with the place where it stands. courses/README.md describes the layout for authors.
"""

import dataclasses
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, TypeVar

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ceu.adapters.course_assets import ASSET_NAME, address, captions_of, kind_of, look_at_asset
from ceu.adapters.markdown import images, linked_files, plain_text, render_markdown
from ceu.adapters.yaml import Locate, YamlError, parse_yaml, write_yaml
from ceu.domain.credit import LIVE
from ceu.domain.errors import DomainError, NotFound
from ceu.questions.model import Choice, Place, Question, TrueFalse, faults_of, mistakes_of, to_json
from ceu.questions.rules import TestRules

COURSE = "course.yaml"
ASSESSMENT = "assessment.yaml"

_LESSON = re.compile(r"lessons/\d\d-[a-z0-9-]+\.md")
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
    advanced_degree: bool | None = None
    """Whether they hold an advanced degree in a mental health field; None while nobody has said so."""


class Planner(_Part):
    """Who takes part in planning the course beside its authors, and for which profession they speak."""

    name: str
    credentials: str
    profession: Literal[
        "social_work", "doctoral_psychology", "counseling", "marriage_family_therapy", "other"
    ]
    disclosure: str


class Price(_Part):
    """What taking the course costs, in hundredths of a currency (ISO 4217)."""

    cents: int = Field(ge=1, le=100_000_00)
    currency: Literal["USD", "CAD", "AUD", "GBP", "EUR", "NZD"] = "USD"


class Recording(_Part):
    """A video or sound of the course, and how long it runs."""

    file: str
    seconds: int = Field(ge=1, le=24 * 3600)


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
    """One item of the evaluation form: a rating from 1 to 5, yes or no, one of some ``options``, or the learner's own words.

    An item about the presenter is asked once of each author.
    """

    id: str
    kind: Literal["rating", "yes_no", "choice", "text"]
    prompt: str
    options: tuple[str, ...] = Field(default=(), max_length=12, exclude_if=lambda value: not value)
    about: Literal["course", "presenter"] = Field(
        default="course", exclude_if=lambda value: value == "course"
    )


class AskedItem(EvaluationItem):
    """An item as learners are asked it: ``subject`` is the presenter whom it is about."""

    subject: str | None = Field(default=None, exclude_if=lambda value: value is None)


DoneWhen = Literal["completed", "passed", "completed_and_passed", "completed_or_passed", "satisfied"]
"""What every part of a content package must say of itself before its lesson is done; ``satisfied``: what the package itself asks
(moveOn in cmi5; SCORM: completed or passed).
"""

DONE_UNLESS_SAID: DoneWhen = "completed"


class _LessonEntry(_Part):
    """A lesson: its text, and the SHA-256 of the content package that plays beneath it, if one does."""

    title: str
    file: str = Field(pattern=rf"^{_LESSON.pattern}$")
    package: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", exclude_if=lambda value: value is None
    )
    done_when: DoneWhen | None = Field(default=None, exclude_if=lambda value: value is None)

    @property
    def slug(self) -> str:
        return Path(self.file).stem[3:]


class CourseOutline(_Part):
    """The contents of course.yaml. ``current_as_of`` is the day on which the content was last checked.

    ``instruction_minutes`` are those of a live course, without breaks; no other course has them.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    title: str = Field(max_length=200)
    subtitle: str
    summary: str
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    current_as_of: date
    language: str = Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    level: Literal["introductory", "intermediate", "advanced"]
    audience: tuple[str, ...] = Field(min_length=1)
    delivery: Literal["asynchronous_text", "asynchronous_video", "in_person", "live_online"]
    instruction_minutes: int | None = Field(
        default=None, ge=1, le=100_000, exclude_if=lambda value: value is None
    )
    topics: tuple[TopicShare, ...] = Field(min_length=1)
    authors: tuple[Author, ...] = Field(min_length=1)
    planners: tuple[Planner, ...] = ()
    review: str
    needs_assessment: str
    objectives: tuple[Objective, ...] = Field(min_length=1, max_length=12)
    lessons: tuple[_LessonEntry, ...]
    recordings: tuple[Recording, ...] = ()
    price: Price | None = None
    minimum_minutes: int = Field(default=0, ge=0, le=6000)
    evaluation: tuple[EvaluationItem, ...]
    anonymous_evaluation: bool = False
    pass_mark: int = Field(ge=1, le=100)
    attempts: int | Literal["unlimited"]
    references: tuple[Reference, ...] = Field(min_length=1)

    @property
    def is_live(self) -> bool:
        """Whether people are present at a set time; such a course may do without lessons and post-test."""
        return self.delivery in LIVE


class _Assessment(_Part):
    rules: TestRules = TestRules()
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class CourseContent:
    """What a course folder holds as plain data, which may be incomplete or wrong.

    ``lessons`` are texts and ``assets`` SHA-256 sums of bytes, both by their path in the folder.
    """

    course: dict[str, Any]
    lessons: dict[str, str]
    assessment: dict[str, Any]
    assets: dict[str, str]

    def address(self, name: str) -> str:
        """Where pages find a file of it; other names stay as they are."""
        return address(self.assets[name], name) if name in self.assets else name


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a course: its file, the place in its data or the line of its text, what is wrong, and what to do."""

    file: str
    place: Place
    what: str
    remedy: str
    line: int = 1

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}"


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
    """A whole, valid course. ``digest`` is the SHA-256 of its canonical content: it changes when anything does.

    ``assets`` are the files that its texts use, captions among them, with the SHA-256 of each.
    """

    outline: CourseOutline
    lessons: tuple[LessonSource, ...]
    questions: tuple[Question, ...]
    digest: str
    rules: TestRules = dataclasses.field(default_factory=TestRules)
    assets: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The folder's name, which is also the course's id."""
        return self.outline.id

    @property
    def words(self) -> int:
        """Words of all lessons; the reference list and the post-test are not among them."""
        return sum(lesson.words for lesson in self.lessons)

    @property
    def seconds(self) -> int:
        """How long its recordings run together; each counts once, however often it is shown."""
        return sum(recording.seconds for recording in self.outline.recordings)

    @property
    def evaluation(self) -> tuple[AskedItem, ...]:
        """The evaluation form as learners are asked it; see ``asked_items``."""
        return asked_items(self.outline)

    def lesson_html(self, address: Callable[[str], str]) -> list[str]:
        """The lessons for a page that finds each used file at ``address(name)``."""
        if not self.assets:
            return [lesson.html for lesson in self.lessons]
        return [render_markdown(lesson.markdown, address) for lesson in self.lessons]


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


class Files(Protocol):
    """The files of a course, in a folder or an archive: their paths, and the bytes of each, whole or as a stream."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def read(self, name: str) -> bytes: ...

    def open(self, name: str) -> BinaryIO: ...


class FolderOfFiles:
    """The files below a folder. Links are not followed: a course is what lies in its own folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def names(self) -> tuple[str, ...]:
        paths = (path for path in self._root.rglob("*") if path.is_file() and not path.is_symlink())
        return tuple(sorted(path.relative_to(self._root).as_posix() for path in paths))

    def read(self, name: str) -> bytes:
        return (self._root / name).read_bytes()

    def open(self, name: str) -> BinaryIO:
        return (self._root / name).open("rb")


class CourseShelf:
    """The course folders below one directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def list(self) -> tuple[str, ...]:
        """The slugs of all courses, in alphabetical order."""
        return tuple(sorted(path.parent.name for path in self._root.glob(f"*/{COURSE}")))

    def get(self, slug: str) -> CourseSource:
        """The course of that name; raises NotFound when there is none and CourseError when it has mistakes."""
        return read_course(self.folder(slug))

    def files(self, slug: str) -> Files:
        """The files of the course of that name; raises NotFound."""
        return FolderOfFiles(self.folder(slug))

    def folder(self, slug: str) -> Path:
        """The folder of the course of that name; raises NotFound."""
        if slug not in self.list():
            raise NotFound(f"There is no course '{slug}'.")
        return self._root / slug


def count_words(markdown: str) -> int:
    """Words a reader sees: headings, prose, lists, tables and footnotes; runs between spaces with a letter or digit.

    Not counted: addresses of links, descriptions of images, code blocks, and lines of dashes or blanks to fill in.
    "self-harm" is one word, "BPC 2290.5" two.

    >>> count_words("# Consent - a *checklist*\\n\\n[Ask](https://example.org) under BPC 2290.5: ____")
    6
    """
    return len(_WORD.findall(plain_text(markdown)))


def asked_items(outline: CourseOutline) -> tuple[AskedItem, ...]:
    """The evaluation form: a rating of each objective, the items about each presenter, then the general ones.

    NASW asks that the form reflect the objectives, one by one. Where no item is about the presenter, each is rated once.
    """
    of_presenters = [item for item in outline.evaluation if item.about == "presenter"] or [TAUGHT]
    return (
        *(
            AskedItem(id=f"{_OBJECTIVE}{objective.id}", kind="rating", prompt=_met(objective))
            for objective in outline.objectives
        ),
        *(
            AskedItem(**item.model_dump() | {"id": f"{_PRESENTER}{number}-{item.id}", "subject": author.name})
            for number, author in enumerate(outline.authors, start=1)
            for item in of_presenters
        ),
        *(AskedItem(**item.model_dump()) for item in outline.evaluation if item.about == "course"),
    )


_OBJECTIVE, _PRESENTER = "objective-", "presenter-"
TAUGHT = EvaluationItem(
    id="taught", kind="rating", prompt="How well did they teach this course?", about="presenter"
)


def items_written(asked: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The items as a course folder has them, from those that were asked of a published version."""
    first = f"{_PRESENTER}1-"
    return [
        {name: value for name, value in item.items() if name != "subject"}
        | {"id": item["id"].removeprefix(first)}
        for item in asked
        if item["id"].startswith(first) or not item["id"].startswith((_OBJECTIVE, _PRESENTER))
    ]


def _met(objective: Objective) -> str:
    return f"How well did this course prepare you to do this? {objective.text}"


def read_course(folder: Path) -> CourseSource:
    """The course in a folder; raises CourseError with every mistake, its file and line."""
    content, locates = read_content(FolderOfFiles(folder), folder)
    source, faults = check_course(content)
    if content.course.get("id", folder.name) != folder.name:
        what = f"The id '{content.course['id']}' is not the folder's name."
        faults = [Fault(COURSE, ("id",), what, "Make them the same."), *faults]
    if faults or source is None:
        raise CourseError([_problem(fault, folder, locates) for fault in faults])
    return source


def _problem(fault: Fault, root: Path, locates: Mapping[str, Locate]) -> Problem:
    locate = locates.get(fault.file)
    line = locate(fault.place) if locate else fault.line
    return Problem(root / fault.file, line, fault.what, fault.remedy)


def read_content(files: Files, root: Path = Path()) -> tuple[CourseContent, dict[str, Locate]]:
    """What the files of a course say, and where in each YAML file a place stands. Raises CourseError for files that cannot be
    read at all; what they say may still be wrong. ``root`` stands before their names in mistakes.
    """
    problems: list[Problem] = []
    data: dict[str, dict[str, Any]] = {}
    locates: dict[str, Locate] = {}
    for name in (COURSE, ASSESSMENT):
        try:
            data[name], locates[name] = _read_mapping(files, name, root)
        except YamlError as error:
            problems.append(Problem(error.file, error.line, error.what, error.remedy))
    lessons: dict[str, str] = {}
    assets: dict[str, str] = {}
    for name in files.names:
        try:
            if name.startswith("lessons/") and name.endswith(".md"):
                lessons[name] = _text(files.read(name))
            elif name.startswith("assets/"):
                assets[name] = _asset(name, files)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            problems.append(Problem(root / name, line, "This is not UTF-8 text.", "Save the file as UTF-8."))
        except DomainError as refusal:
            what, _, remedy = refusal.message.rpartition(". ")
            problems.append(Problem(root / name, 1, f"{what}.", remedy))
    if problems:
        raise CourseError(problems)
    return CourseContent(data[COURSE], lessons, data[ASSESSMENT], assets), locates


def _asset(name: str, files: Files) -> str:
    if not ASSET_NAME.fullmatch(name):
        raise DomainError(
            f"“{name}” is not a name for a file of a course. Use letters, digits and hyphens, and put it into assets/ itself."
        )
    with files.open(name) as stream:
        return look_at_asset(name, stream).sha256


def _read_mapping(files: Files, name: str, root: Path) -> tuple[dict[str, Any], Locate]:
    if name not in files.names:
        raise YamlError(
            root / name, 1, "The file cannot be read (No such file or directory).", "Check its name."
        )
    data, locate = parse_yaml(files.read(name), root / name)
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise YamlError(root / name, 1, "This is no list of fields and values.", "Write “field: value”.")
    return data, locate


def _text(raw: bytes) -> str:
    return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def write_content(content: CourseContent) -> dict[str, str]:
    """The text files of a course folder, by their path; ``read_content`` reads the same content from them and its assets."""
    return {
        COURSE: write_yaml(content.course),
        ASSESSMENT: write_yaml(content.assessment),
        **content.lessons,
    }


def with_addresses(data: Any, assets: Mapping[str, str]) -> Any:
    """The data of a question whose texts show files where a page finds them."""
    if isinstance(data, str):
        for name, digest in assets.items():
            data = data.replace(f"]({name})", f"]({address(digest, name)})")
        return address(assets[data], data) if data in assets else data
    if isinstance(data, list):
        return [with_addresses(each, assets) for each in data]
    return (
        {key: with_addresses(each, assets) for key, each in data.items()} if isinstance(data, dict) else data
    )


def content_of(source: CourseSource) -> CourseContent:
    """What a folder of this course holds, as the checker understood it: the lessons of a version, and only the files it uses."""
    entries = source.outline.lessons
    return CourseContent(
        source.outline.model_dump(mode="json", exclude_defaults=True),
        {entry.file: lesson.markdown for entry, lesson in zip(entries, source.lessons, strict=True)},
        _assessment_json(source.rules, source.questions),
        dict(source.assets),
    )


def check_course(content: CourseContent) -> tuple[CourseSource | None, list[Fault]]:
    """The course that the content is, or None and every mistake in it."""
    outline, faults = _parsed(CourseOutline, COURSE, content.course)
    assessment, more = _parsed(_Assessment, ASSESSMENT, content.assessment)
    faults += more
    if outline:
        faults += _outline_faults(outline)
        faults += _evaluation_faults(outline)
        faults += _live_faults(outline)
        faults += _lesson_faults(content, outline)
    if outline and assessment:
        faults += (
            _assessment_faults(content, outline, assessment) if assessment.questions else _no_test(outline)
        )
    if faults or outline is None or assessment is None:
        return None, faults
    lessons = tuple(_lesson(entry, content.lessons[entry.file]) for entry in outline.lessons)
    used = _used(content, lessons, assessment)
    digest = _digest(outline, lessons, assessment, used)
    return CourseSource(outline, lessons, assessment.questions, digest, assessment.rules, used), []


Model = TypeVar("Model", bound=_Part)


def _parsed(model: type[Model], file: str, data: Mapping[str, Any]) -> tuple[Model | None, list[Fault]]:
    try:
        # As JSON, because strict JSON knows lists as tuples and dates as text.
        return model.model_validate_json(json.dumps(data)), []
    except ValidationError as error:
        return None, [Fault(file, each.place, each.what, each.remedy) for each in mistakes_of(error)]


def _outline_faults(outline: CourseOutline) -> Iterator[Fault]:
    ids: tuple[tuple[str, Iterable[str]], ...] = (
        ("objectives", (objective.id for objective in outline.objectives)),
        ("references", (reference.id for reference in outline.references)),
        ("evaluation", (item.id for item in outline.evaluation)),
        ("topics", (share.topic for share in outline.topics)),
        ("lessons", (entry.slug for entry in outline.lessons)),
        ("recordings", (recording.file for recording in outline.recordings)),
    )
    for field, values in ids:
        for position, value in _repeated(values):
            yield Fault(
                COURSE, (field, position), f"'{value}' stands twice in {field}.", "Give each its own name."
            )
    for position, entry in enumerate(outline.lessons):
        if entry.done_when and not entry.package:
            yield Fault(
                COURSE,
                ("lessons", position, "done_when"),
                f"The lesson '{entry.slug}' has 'done_when' but no package.",
                "Name the package, or remove it.",
            )
    for position, reference in enumerate(outline.references):
        if reference.kind == "research" and reference.year == "n.d.":
            yield Fault(
                COURSE,
                ("references", position, "year"),
                f"The research reference '{reference.id}' is undated.",
                "Give its year, or mark a law or professional standard as such.",
            )


def _evaluation_faults(outline: CourseOutline) -> Iterator[Fault]:
    """What stands against the items of the evaluation form."""
    for position, item in enumerate(outline.evaluation):
        place: Place = ("evaluation", position)
        if item.kind == "choice" and (len(item.options) < 2 or len(set(item.options)) < len(item.options)):
            what = f"The item '{item.id}' is a choice without two different options, or with one twice."
            yield Fault(COURSE, (*place, "options"), what, "List two to twelve options, each once.")
        if item.kind != "choice" and item.options:
            what = f"The item '{item.id}' has options, but it is no choice."
            yield Fault(COURSE, (*place, "options"), what, "Remove them, or write kind: choice.")
        if item.id.startswith((_OBJECTIVE, _PRESENTER)):
            what = f"The id '{item.id}' begins like those of the items that are asked of every course."
            yield Fault(COURSE, (*place, "id"), what, "Give it another id.")


def _live_faults(outline: CourseOutline) -> Iterator[Fault]:
    """What only a live course must have, and what only it may do without."""
    if outline.is_live and outline.instruction_minutes is None:
        what = f"A course that is {outline.delivery} is measured by its minutes of instruction."
        yield Fault(COURSE, ("delivery",), what, "Write instruction_minutes, breaks not counted.")
    if not outline.is_live and outline.instruction_minutes is not None:
        what = f"A course that is {outline.delivery} has no minutes of instruction."
        yield Fault(COURSE, ("instruction_minutes",), what, "Remove them, or name a live delivery.")
    if not outline.is_live and not outline.lessons:
        yield Fault(COURSE, ("lessons",), "The course has no lesson.", "Write one and list it.")


def _no_test(outline: CourseOutline) -> list[Fault]:
    if outline.is_live:
        return []
    return [Fault(ASSESSMENT, ("questions",), "There is no question.", "Write the post-test.")]


def _assessment_faults(
    content: CourseContent, outline: CourseOutline, assessment: _Assessment
) -> Iterator[Fault]:
    questions, rules = assessment.questions, assessment.rules
    objectives = {objective.id for objective in outline.objectives}
    lessons = {entry.slug for entry in outline.lessons}
    for mistake in faults_of(questions):
        yield Fault(ASSESSMENT, ("questions", *mistake.place), mistake.what, mistake.remedy)
    for position, question in enumerate(questions):
        for inside, what, remedy in (
            *_question_faults(question, objectives, lessons),
            *_picture_faults(question, content),
        ):
            place = ("questions", position, *inside)
            yield Fault(ASSESSMENT, place, f"Question '{question.id}': {what}", remedy)
    for mistake in rules.faults(questions):
        yield Fault(ASSESSMENT, ("rules", *mistake.place), mistake.what, mistake.remedy)
    sure = rules.always_asked(questions)
    for position, objective in enumerate(outline.objectives):
        if objective.id not in sure:
            yield Fault(
                COURSE,
                ("objectives", position),
                f"No question tests the objective '{objective.id}'"
                + (" in every draw." if any(each.objective == objective.id for each in questions) else "."),
                "Write one, draw from its questions in a section of their own, or remove the objective.",
            )


def _picture_faults(question: Question, content: CourseContent) -> Iterator[tuple[Place, str, str]]:
    shown: list[tuple[Place, str, str]] = [((), media.source, media.alternative) for media in question.media]
    shown += [
        (place, source, alternative)
        for place, text in _texts_in(to_json(question))
        for _, source, alternative in images(text)
    ]
    for place, source, alternative in shown:
        if not alternative:
            yield place, f"the image '{source}' has no alternative text.", "Describe it in the brackets."
        if source not in content.assets:
            yield place, f"the image '{source}' is missing.", "Put it into the course's folder assets/."


def _pictures_of(question: Question) -> list[str]:
    """The pictures in all texts of a question."""
    return [media.source for media in question.media] + [
        source for _, text in _texts_in(to_json(question)) for _, source, _ in images(text)
    ]


def _texts_in(data: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text in plain data, and where it stands."""
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, dict | list):
        for key, each in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _texts_in(each, (*place, key))


def _question_faults(
    question: Question, objectives: set[str], lessons: set[str]
) -> Iterator[tuple[Place, str, str]]:
    if question.objective not in objectives:
        yield (
            ("objective",),
            f"there is no objective '{question.objective or ''}'.",
            "Name one of course.yaml.",
        )
    if lessons and question.lesson not in lessons:
        yield (
            ("lesson",),
            f"there is no lesson '{question.lesson or ''}'.",
            "Name a lesson's file without number and ending.",
        )
    if isinstance(question, TrueFalse):
        for name in ("if_true", "if_false"):
            if not getattr(question, name):
                yield (name,), "not every answer has feedback.", "Write if_true and if_false."
    if isinstance(question, Choice):
        yield from _choice_faults(question)


def _choice_faults(question: Choice) -> Iterator[tuple[Place, str, str]]:
    for place, option in enumerate(question.options):
        if not option.feedback:
            yield (
                ("options", place, "feedback"),
                f"the option '{option.id}' has no feedback.",
                "Say what choosing it teaches.",
            )
    if question.several:
        return
    if len(question.options) not in (2, 4):
        yield (
            (),
            f"it has {len(question.options)} options.",
            "Give it four, or two for true or false.",
        )
    right = sum(option.correct for option in question.options)
    if right > 1:
        yield (), f"{right} options are correct.", "Mark exactly one with 'correct: true'."


def _lesson_faults(content: CourseContent, outline: CourseOutline) -> Iterator[Fault]:
    runs = {recording.file for recording in outline.recordings}
    shown: set[str] = set()
    for position, entry in enumerate(outline.lessons):
        text = content.lessons.get(entry.file)
        if text is None:
            yield Fault(
                COURSE, ("lessons", position, "file"), f"The file '{entry.file}' is missing.", "Add it or correct its name."
            )  # fmt: skip
            continue
        if not count_words(text):
            yield Fault(entry.file, (), "The lesson is empty.", "Write it, or remove it from course.yaml.")
        shown |= {source for _, source, _ in images(text)}
        yield from _file_faults(entry.file, text, content.assets, runs)
    listed = {entry.file for entry in outline.lessons}
    for name in sorted(content.lessons):
        if name not in listed:
            yield Fault(name, (), "This lesson is not in course.yaml.", "List it there, or remove the file.")
    for position, recording in enumerate(outline.recordings):
        if recording.file not in shown:
            yield Fault(
                COURSE,
                ("recordings", position),
                f"No lesson shows '{recording.file}', so its minutes cannot count.",
                f"Show it with ![what it is]({recording.file}), or remove it from recordings.",
            )


def _file_faults(file: str, text: str, assets: Mapping[str, str], runs: set[str]) -> Iterator[Fault]:
    """What stands against the pictures, recordings and documents that a lesson shows."""
    for line, source, alternative in images(text):
        kind = kind_of(source) if kind_of(source) in {"video", "audio"} else "image"
        if not alternative:
            yield Fault(
                file,
                (),
                f"The {kind} '{source}' has no alternative text.",
                "Describe it in the brackets.",
                line,
            )
        if source not in assets:
            yield Fault(
                file,
                (),
                f"The {kind} '{source}' is missing.",
                "Put it into the course's folder assets/.",
                line,
            )
        if kind == "video" and captions_of(source) not in assets:
            yield Fault(
                file,
                (),
                f"The video '{source}' has no captions, so not everybody can follow it.",
                f"Put its captions (WebVTT) beside it as {captions_of(source)}.",
                line,
            )
        if kind in {"video", "audio"} and source not in runs:
            yield Fault(
                file,
                (),
                f"Nothing says how long the {kind} '{source}' runs.",
                "Add it to recordings in course.yaml, with its seconds.",
                line,
            )
    for line, source in linked_files(text):
        if source not in assets:
            yield Fault(
                file, (), f"The file '{source}' is missing.", "Put it into the course's folder assets/.", line
            )


def _lesson(entry: _LessonEntry, markdown: str) -> LessonSource:
    return LessonSource(entry.slug, entry.title, markdown, render_markdown(markdown), count_words(markdown))


def _used(content: CourseContent, lessons: Sequence[LessonSource], assessment: _Assessment) -> dict[str, str]:
    """The files that the texts use, and the captions of the videos among them."""
    names = {source for lesson in lessons for _, source, _ in images(lesson.markdown)}
    names |= {source for lesson in lessons for _, source in linked_files(lesson.markdown)}
    names |= {source for question in assessment.questions for source in _pictures_of(question)}
    names |= {captions_of(name) for name in names if kind_of(name) == "video"}
    return {name: content.assets[name] for name in sorted(names)}


def _digest(
    outline: CourseOutline,
    lessons: Sequence[LessonSource],
    assessment: _Assessment,
    used: Mapping[str, str],
) -> str:
    course = outline.model_dump(mode="json")
    for name in _LATER:
        if not course[name]:
            del course[name]
    for author in course["authors"]:
        if author["advanced_degree"] is None:
            del author["advanced_degree"]
    content: dict[str, Any] = {
        "course": course,
        "lessons": [lesson.markdown for lesson in lessons],
        "assessment": {"rules": {}, **_assessment_json(assessment.rules, assessment.questions)},
        "assets": dict(used),
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


_LATER = ("planners", "recordings", "price", "minimum_minutes", "anonymous_evaluation")
"""Fields that came later: where they say nothing, the digest of a course stays what it was before them."""


def _assessment_json(rules: TestRules, questions: Iterable[Question]) -> dict[str, Any]:
    said = rules.model_dump(mode="json", exclude_defaults=True)
    return {**({"rules": said} if said else {}), "questions": [to_json(question) for question in questions]}


Value = TypeVar("Value", bound=Hashable)


def _repeated(values: Iterable[Value]) -> Iterator[tuple[int, Value]]:
    """Each value that has stood before, with its position."""
    seen: Counter[Value] = Counter()
    for position, value in enumerate(values):
        if seen[value]:
            yield position, value
        seen[value] += 1
