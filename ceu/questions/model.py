"""Questions of every kind, as an author writes them, as a version keeps them, and as other programs' formats bring them.

Frozen and pure. A question in YAML or JSON is an object with ``kind`` and the fields of its class below; without ``kind`` it is
a choice. Fractions are exact: "2/3", "-0.25" and 1 are the same in every file and on every machine.

How other formats map onto the model:

=====================  ==================================================  ==========================================
here                   GIFT and Moodle XML                                 QTI 2 and 3
=====================  ==================================================  ==========================================
Choice                 multichoice: ``single``, ``fraction`` / 100         choiceInteraction, mapping or match_correct
TrueFalse              truefalse                                           choiceInteraction of two
ShortText              shortanswer: ``usecase``, ``*`` in a pattern        textEntryInteraction, string mapping
Numeric                numerical: tolerance, units with multipliers        textEntryInteraction, equal or range
Matching               match: subquestions, answers without one as others  matchInteraction, one match for each prompt
Ordering               ordering: ``gradingtype``                           orderInteraction
Cloze                  multianswer (embedded answers), gapselect           gapMatch, inlineChoice, textEntry in a body
``scoring: all``       all-or-nothing types                                match_correct
``name``, ``weight``   ``name``, ``defaultgrade``                          ``title``, ``maxScore``
``outcomes``           correct, partially correct, incorrect feedback      modalFeedback by outcome
=====================  ==================================================  ==========================================
"""

import json
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

Place = tuple[str | int, ...]
"""Where something stands in a question or a list of them: keys and positions, from the top."""

MOST_OPTIONS = 26
"""So that every option can be called by a letter."""

_EXACT = re.compile(r"[-+]?\d{1,12}(\.\d{1,12})?(/\d{1,12})?")
_GAP = re.compile(r"\{\{([^{}]+)\}\}")


def exact(raw: object) -> Fraction:
    """The exact value of 1, "2/3", "-0.25" or 0.25; a decimal is what it says, so 0.1 is one tenth.

    Raises ValueError for anything else.
    """
    if isinstance(raw, Fraction):
        return raw
    text = str(raw).strip() if isinstance(raw, int | float | str) and not isinstance(raw, bool) else ""
    if not _EXACT.fullmatch(text):
        raise ValueError(f"“{raw}” is not a number. Write it as 2, 0.25 or 2/3.")
    whole, _, divisor = text.partition("/")
    if divisor and not int(divisor):
        raise ValueError(f"“{raw}” divides by nothing. Write it as 2, 0.25 or 2/3.")
    return Fraction(whole) / Fraction(divisor or 1)


def _exact(raw: object) -> Fraction:
    try:
        return exact(raw)
    except ValueError as error:
        what, _, remedy = str(error).partition(". ")
        raise PydanticCustomError("mistake", "{what}. {remedy}", {"what": what, "remedy": remedy}) from error


Exact = Annotated[Fraction, PlainValidator(_exact), PlainSerializer(str, return_type=str)]
"""A rational number; text such as "2/3" in JSON."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, str_strip_whitespace=True)


Id = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Words = Annotated[str, Field(min_length=1)]
"""Markdown that must say something."""


class Media(_Part):
    """A file that the texts of a question show or play, and the words that stand for it."""

    source: Words
    kind: Literal["image", "audio", "video"] = "image"
    alternative: str = ""


class Outcomes(_Part):
    """What is said after a right, a partly right and a wrong answer, whatever the answer was."""

    right: str = ""
    partly: str = ""
    wrong: str = ""


class Option(_Part):
    """One answer to choose, and what choosing it teaches.

    ``fraction`` is the part of the weight it earns or, below zero, costs; without it ``Choice.fraction_of`` says.
    """

    id: Id
    text: Words
    correct: bool = False
    fraction: Exact | None = None
    feedback: str = ""


class TextAnswer(_Part):
    """A text that is accepted: ``*`` stands for any characters, ``\\*`` for an asterisk, and the rest for itself."""

    pattern: Words
    fraction: Exact = Fraction(1)
    feedback: str = ""


class NumericAnswer(_Part):
    """Numbers that are accepted: ``value`` give or take ``tolerance``, or from ``low`` through ``high``.

    An open end is no limit; an answer without value, low and high is every other number.
    """

    value: Exact | None = None
    tolerance: Exact = Fraction(0)
    low: Exact | None = None
    high: Exact | None = None
    fraction: Exact = Fraction(1)
    feedback: str = ""


class Unit(_Part):
    """A unit that may follow a number: one of it is ``factor`` of the unit in which the answers are written."""

    name: Words
    factor: Exact = Fraction(1)


class _Options(_Part):
    """Choosing among options: one of them or, with ``several``, any number.

    ``scoring: each`` adds the fractions of what was chosen; ``all`` gives everything for all right and no wrong ones, else nothing.
    """

    options: tuple[Option, ...] = Field(min_length=2, max_length=MOST_OPTIONS)
    several: bool = False
    shuffle: bool = True
    scoring: Literal["each", "all"] = "each"

    @property
    def right(self) -> Option:
        """The option that earns most; of several equals the first."""
        return max(self.options, key=self.fraction_of)

    @property
    def right_ones(self) -> tuple[Option, ...]:
        """The options of a wholly right answer: all that earn something, or of a single choice the best."""
        return (
            tuple(option for option in self.options if self.is_right(option))
            if self.several
            else (self.right,)
        )

    def is_right(self, option: Option) -> bool:
        """Whether choosing it earns something."""
        return self.fraction_of(option) > 0

    def fraction_of(self, option: Option) -> Fraction:
        """What choosing this option earns: its ``fraction``; else, of one choice, all or nothing; of several, a right one
        its equal share of 1 and a wrong one the opposite share among the wrong, so that choosing everything earns nothing.
        """
        if option.fraction is not None:
            return option.fraction
        if not self.several:
            return Fraction(option.correct)
        alike = sum(other.correct == option.correct for other in self.options)
        return Fraction(1 if option.correct else -1, alike)

    def faults_inside(self) -> Iterator["Mistake"]:
        """What stands against the options together."""
        yield from _twice("options", "id", (option.id for option in self.options))
        yield from _twice("options", "text", (option.text for option in self.options))
        for position, option in enumerate(self.options):
            if option.fraction is not None and not -1 <= option.fraction <= 1:
                yield Mistake(
                    ("options", position, "fraction"),
                    f"the option '{option.id}' earns {option.fraction} of the weight.",
                    "Write a fraction from -1 to 1.",
                )
            if option.correct and option.fraction is not None and option.fraction <= 0:
                yield Mistake(
                    ("options", position),
                    f"the right option '{option.id}' earns nothing.",
                    "Correct its fraction.",
                )
        earned = [self.fraction_of(option) for option in self.options if self.is_right(option)]
        if self.several and sum(earned) != 1:
            yield Mistake(
                (),
                f"the right options earn {sum(earned)} together.",
                "Mark at least one with 'correct: true', and make the fractions above zero add up to 1.",
            )
        if not self.several and max(earned, default=0) != 1:
            right = sum(option.correct for option in self.options)
            yield Mistake((), f"{right} options are correct.", "Mark exactly one with 'correct: true'.")


class _Texts(_Part):
    """Writing words, compared with ``answers`` in their order; the first that fits decides.

    Spaces at the ends and runs of spaces do not matter, capital letters only if ``case_matters``.
    """

    answers: tuple[TextAnswer, ...] = Field(min_length=1)
    case_matters: bool = False

    def faults_inside(self) -> Iterator["Mistake"]:
        """What stands against the accepted texts together."""
        yield from _twice("answers", "pattern", (answer.pattern for answer in self.answers))
        yield from _fractions(self.answers)


class _Numbers(_Part):
    """Writing a number, compared with ``answers`` in their order; the first that fits decides.

    With ``units`` a unit may follow the number and converts it. With ``unit_needed`` a missing or unknown one costs
    ``unit_penalty`` of what the number earns.
    """

    answers: tuple[NumericAnswer, ...] = Field(min_length=1)
    units: tuple[Unit, ...] = ()
    unit_needed: bool = False
    unit_penalty: Exact = Fraction(1)

    def faults_inside(self) -> Iterator["Mistake"]:
        """What stands against the accepted numbers and units together."""
        yield from _twice("units", "name", (unit.name for unit in self.units))
        yield from _fractions(self.answers)
        for position, answer in enumerate(self.answers):
            if answer.value is not None and (answer.low is not None or answer.high is not None):
                yield Mistake(
                    ("answers", position),
                    "an answer has a value and a range.",
                    "Give value and tolerance, or low and high.",
                )
            if answer.tolerance < 0 or (answer.tolerance and answer.value is None):
                yield Mistake(
                    ("answers", position, "tolerance"), "a tolerance stands for itself or is below zero.",
                    "Write it beside a value, as 0 or more.",
                )  # fmt: skip
            if answer.low is not None and answer.high is not None and answer.low > answer.high:
                yield Mistake(
                    ("answers", position),
                    f"nothing lies from {answer.low} through {answer.high}.",
                    "Turn low and high around.",
                )
        for position, unit in enumerate(self.units):
            if unit.factor <= 0:
                yield Mistake(
                    ("units", position, "factor"),
                    f"'{unit.name}' has the factor {unit.factor}.",
                    "Make it more than 0.",
                )
        if self.unit_needed and not self.units:
            yield Mistake((), "a unit is needed and none is known.", "List the units.")
        if not 0 <= self.unit_penalty <= 1:
            yield Mistake(
                ("unit_penalty",),
                f"a missing unit costs {self.unit_penalty}.",
                "Write a fraction from 0 to 1.",
            )


class _Base(_Part):
    """What every question has.

    ``weight`` is what a wholly right answer earns. ``stem`` and all texts are Markdown. ``objective`` and ``lesson`` name those of
    the course. ``feedback`` is said after every answer. ``name`` is for authors only.
    """

    id: Id
    name: str = ""
    stem: Words
    weight: Exact = Fraction(1)
    objective: str | None = None
    lesson: str | None = None
    tags: tuple[Words, ...] = ()
    feedback: str = ""
    outcomes: Outcomes = Outcomes()
    media: tuple[Media, ...] = ()

    def faults(self) -> Iterator["Mistake"]:
        """What stands against this question although each of its fields is well-formed."""
        if self.weight < 0:
            yield Mistake(("weight",), f"the weight is {self.weight}.", "Write 0 or more.")
        for position, media in enumerate(self.media):
            if not media.alternative:
                yield Mistake(
                    ("media", position),
                    f"'{media.source}' has no words that stand for it.",
                    "Describe it as alternative.",
                )
        yield from self.faults_inside()

    def faults_inside(self) -> Iterator["Mistake"]:
        """What stands against the parts that its kind has."""
        yield from ()


class Choice(_Options, _Base):
    """Choose one option, or with ``several`` all that are right. An answer is an option's id, or a list of them."""

    kind: Literal["choice"] = "choice"


class TrueFalse(_Base):
    """True or false. An answer is "true" or "false"."""

    kind: Literal["true_false"]
    answer: bool
    if_true: str = ""
    """What is said to those who answer true."""
    if_false: str = ""


class ShortText(_Texts, _Base):
    """A few words. An answer is text."""

    kind: Literal["short_text"]


class Numeric(_Numbers, _Base):
    """A number. An answer is text as it was typed, with its unit: "12.5 mg"."""

    kind: Literal["numeric"]


class Target(_Part):
    """Something to match with."""

    id: Id
    text: Words


class Prompt(_Part):
    """Something to be matched: ``match`` is the id of its target, ``feedback`` is said when it is matched otherwise."""

    id: Id
    text: Words
    match: Id
    feedback: str = ""


class Matching(_Base):
    """Match each prompt with a target. Targets may serve for several prompts or, as distractors, for none.

    An answer maps prompts' ids to targets' ids.
    """

    kind: Literal["matching"]
    prompts: tuple[Prompt, ...] = Field(min_length=1)
    targets: tuple[Target, ...] = Field(min_length=2)
    shuffle: bool = True
    scoring: Literal["each", "all"] = "each"

    def faults_inside(self) -> Iterator["Mistake"]:
        yield from _twice("prompts", "id", (prompt.id for prompt in self.prompts))
        yield from _twice("prompts", "text", (prompt.text for prompt in self.prompts))
        yield from _twice("targets", "id", (target.id for target in self.targets))
        yield from _twice("targets", "text", (target.text for target in self.targets))
        known = {target.id for target in self.targets}
        for position, prompt in enumerate(self.prompts):
            if prompt.match not in known:
                yield Mistake(
                    ("prompts", position, "match"),
                    f"there is no target '{prompt.match}'.",
                    "Name one of the targets.",
                )


class Item(_Part):
    """Something to be put in order; ``feedback`` is said when it was put at a wrong place."""

    id: Id
    text: Words
    feedback: str = ""


class Ordering(_Base):
    """Put the items, which stand here in the right order, in order. An answer maps their ids to places from "1".

    ``scoring``: ``position`` counts items at their right place, ``next`` those followed by the right one (the last has none to
    follow it), ``longest`` the longest run of items, with gaps or not, in the right order, ``all`` everything or nothing.
    """

    kind: Literal["ordering"]
    items: tuple[Item, ...] = Field(min_length=2, max_length=MOST_OPTIONS)
    scoring: Literal["position", "next", "longest", "all"] = "position"

    def faults_inside(self) -> Iterator["Mistake"]:
        yield from _twice("items", "id", (item.id for item in self.items))
        yield from _twice("items", "text", (item.text for item in self.items))


class _Gap(_Part):
    """One blank of a cloze; its weight is relative to the other blanks'. ``label`` says what goes there, for those who do not see it."""

    id: Id
    weight: Exact = Fraction(1)
    label: str = ""


class ChoiceGap(_Options, _Gap):
    """A blank in which one option is chosen."""

    kind: Literal["choice"]


class TextGap(_Texts, _Gap):
    """A blank in which words are written."""

    kind: Literal["short_text"]


class NumericGap(_Numbers, _Gap):
    """A blank in which a number is written."""

    kind: Literal["numeric"]


Gap = Annotated[ChoiceGap | TextGap | NumericGap, Field(discriminator="kind")]


class Cloze(_Base):
    """A text with blanks: ``{{name}}`` in the stem is the gap of that id, each exactly once. An answer maps gaps' ids to answers."""

    kind: Literal["cloze"]
    gaps: tuple[Gap, ...] = Field(min_length=1)

    @property
    def places(self) -> list[str]:
        """The gaps' ids in the order in which the stem has them."""
        return [name.strip() for name in _GAP.findall(self.stem)]

    @property
    def pieces(self) -> list[str]:
        """The stem cut at its gaps: text, gap's id, text, gap's id, ..., text."""
        return cut_at_gaps(self.stem)

    def faults_inside(self) -> Iterator["Mistake"]:
        yield from _twice("gaps", "id", (gap.id for gap in self.gaps))
        places, gaps = Counter(self.places), {gap.id for gap in self.gaps}
        for name, times in places.items():
            if name not in gaps:
                yield Mistake(
                    ("stem",),
                    f"the stem has {{{{{name}}}}} and there is no such gap.",
                    "Write the gap, or correct its name.",
                )
            elif times > 1:
                yield Mistake(
                    ("stem",),
                    f"the stem has {{{{{name}}}}} {times} times.",
                    "Give each blank a gap of its own.",
                )
        for position, gap in enumerate(self.gaps):
            for fault in _gap_faults(gap, gap.id in places):
                yield Mistake(("gaps", position, *fault.place), fault.what, fault.remedy)
        if not any(gap.weight > 0 for gap in self.gaps):
            yield Mistake(("gaps",), "no gap has a weight.", "Give at least one of them more than 0.")


def _gap_faults(gap: Gap, is_placed: bool) -> Iterator["Mistake"]:
    if not is_placed:
        yield Mistake(
            (), f"the gap '{gap.id}' is not in the stem.", f"Write {{{{{gap.id}}}}} where it belongs."
        )
    if gap.weight < 0:
        yield Mistake(("weight",), f"the gap '{gap.id}' weighs {gap.weight}.", "Write 0 or more.")
    if isinstance(gap, ChoiceGap) and gap.several:
        yield Mistake(
            ("several",),
            f"the gap '{gap.id}' takes several options.",
            "Ask for several in a question of its own.",
        )
    for fault in gap.faults_inside():
        yield Mistake(fault.place, f"gap '{gap.id}': {fault.what}", fault.remedy)


def cut_at_gaps(stem: str) -> list[str]:
    """The text of a cloze, or the HTML made of it, cut at its gaps: text, gap's id, text, ..., text.

    >>> cut_at_gaps("Ask {{who}} and {{when}}.")
    ['Ask ', 'who', ' and ', 'when', '.']
    """
    return [piece.strip() if place % 2 else piece for place, piece in enumerate(_GAP.split(stem))]


def _kind(raw: Any) -> str | None:
    return raw.get("kind", "choice") if isinstance(raw, dict) else getattr(raw, "kind", None)


Question = Annotated[
    Annotated[Choice, Tag("choice")]
    | Annotated[TrueFalse, Tag("true_false")]
    | Annotated[ShortText, Tag("short_text")]
    | Annotated[Numeric, Tag("numeric")]
    | Annotated[Matching, Tag("matching")]
    | Annotated[Ordering, Tag("ordering")]
    | Annotated[Cloze, Tag("cloze")],
    Discriminator(_kind),
]
"""A question of any kind. (A type for annotations and for pydantic; the classes are above.)"""

KINDS: dict[str, str] = {
    "choice": "choice",
    "true_false": "true or false",
    "short_text": "short answer",
    "numeric": "number",
    "matching": "matching",
    "ordering": "ordering",
    "cloze": "text with blanks",
}
"""The kinds and what people call them."""


@dataclass(frozen=True)
class Mistake:
    """One mistake in questions: where it stands, what is wrong, and what to do about it."""

    place: Place
    what: str
    remedy: str

    def __str__(self) -> str:
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in self.place)
        return f"{where}: {self.what} {self.remedy}" if where else f"{self.what} {self.remedy}"


class QuestionError(Exception):
    """Questions that cannot be used, with every mistake found in them."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


_ONE: TypeAdapter[Question] = TypeAdapter(Question)
_MANY: TypeAdapter[tuple[Question, ...]] = TypeAdapter(tuple[Question, ...])


def from_json(data: object) -> Question:
    """The question that plain data (dicts, lists, text) describe; raises QuestionError with every mistake."""
    try:
        question = _ONE.validate_json(json.dumps(data))
    except ValidationError as error:
        raise QuestionError(mistakes_of(error)) from error
    if faults := list(question.faults()):
        raise QuestionError(faults)
    return question


def list_from_json(data: object) -> tuple[Question, ...]:
    """The questions of a list, each with an id of its own; raises QuestionError with every mistake and its place."""
    try:
        questions = _MANY.validate_json(json.dumps(data))
    except ValidationError as error:
        raise QuestionError(mistakes_of(error)) from error
    if faults := list(faults_of(questions)):
        raise QuestionError(faults)
    return questions


def faults_of(questions: Iterable[Question]) -> Iterator[Mistake]:
    """What stands against well-formed questions, one by one and together."""
    questions = tuple(questions)
    for position, value in _repeated(question.id for question in questions):
        yield Mistake((position,), f"'{value}' stands twice in questions.", "Give each its own name.")
    for position, question in enumerate(questions):
        for fault in question.faults():
            yield Mistake((position, *fault.place), f"Question '{question.id}': {fault.what}", fault.remedy)


def to_json(question: Question) -> dict[str, Any]:
    """Plain data that ``from_json`` turns into the same question; fields that say nothing are left out."""
    return {"kind": question.kind, **question.model_dump(mode="json", exclude_defaults=True)}


def mistakes_of(error: ValidationError, within: Place = ()) -> list[Mistake]:
    """What pydantic refused, in words; ``within`` is where the data stands in a larger whole."""
    found = error.errors()
    inside = {each["loc"][:depth] for each in found for depth in range(len(each["loc"]))}
    return [
        Mistake(
            (*within, *_place(each["loc"])),
            *_explain(each["type"], each["loc"], each["msg"], each.get("ctx", {})),
        )
        for each in found
        # A list whose entry was refused is also called too short.
        if not (each["type"] == "too_short" and each["loc"] in inside)
    ]


def _place(location: Place) -> Place:
    """The location without the tags that pydantic adds for the kind."""
    return tuple(part for part in location if part not in KINDS)


def _explain(error: str, location: Place, message: str, context: dict[str, Any]) -> tuple[str, str]:
    field = next((part for part in reversed(_place(location)) if isinstance(part, str)), "question")
    refusal, remedy = _REFUSALS.get(error, _UNFIT)
    known = {"field": field, "message": message, "kinds": ", ".join(KINDS), **context}
    return refusal.format(**known), remedy.format(**known)


_UNFIT = ("'{field}' has a value that does not fit: {message}.", "Correct the value.")
_REFUSALS = {
    "missing": ("'{field}' is missing.", "Add it."),
    "extra_forbidden": ("'{field}' is not a field here.", "Correct its spelling or remove it."),
    "union_tag_invalid": ("There is no kind '{tag}' here.", "Write one of {expected_tags}."),
    "union_tag_not_found": ("'{field}' has an entry without a kind.", "Write its kind: {kinds}."),
    "too_short": ("'{field}' has {actual_length} entries.", "Write at least {min_length}."),
    "too_long": ("'{field}' has more than {max_length} entries.", "Remove some."),
    "mistake": ("'{field}': {what}.", "{remedy}"),
}
"""What pydantic calls a refusal, as what is wrong and what to do."""


def _fractions(answers: Iterable[TextAnswer | NumericAnswer]) -> Iterator[Mistake]:
    fractions = [answer.fraction for answer in answers]
    for position, fraction in enumerate(fractions):
        if not -1 <= fraction <= 1:
            yield Mistake(
                ("answers", position, "fraction"),
                f"an answer earns {fraction} of the weight.",
                "Write a fraction from -1 to 1.",
            )
    if max(fractions) != 1:
        yield Mistake(
            ("answers",), "no answer earns the whole weight.", "Give at least one of them the fraction 1."
        )


Value = TypeVar("Value", bound=Hashable)


def _twice(field: str, what: str, values: Iterable[Hashable]) -> Iterator[Mistake]:
    for position, value in _repeated(values):
        yield Mistake((field, position), f"two {field} have the {what} '{value}'.", "Make them differ.")


def _repeated(values: Iterable[Value]) -> Iterator[tuple[int, Value]]:
    """Each value that has stood before, with its position."""
    seen: set[Value] = set()
    for position, value in enumerate(values):
        if value in seen:
            yield position, value
        seen.add(value)
