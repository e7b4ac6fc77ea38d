"""The forms of authors, reviewers and publishers. They refuse nothing that a draft may hold: what is not finished is kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, FileField, Form, FormField, HiddenField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from ceu.adapters.yaml import parse_text
from ceu.authoring.checklist import CHECKLIST
from ceu.catalog.forms import LEVELS
from ceu.domain.errors import DomainError
from ceu.licenses.words import DELIVERY_LABELS, TOPIC_LABELS
from ceu.questions.model import KINDS
from ceu.web.forms import (
    BaseForm,
    ChoiceField,
    MinutesField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    choices,
    id_or_none,
    longest,
    needed,
    optional,
)

PROFESSIONS = {
    "social_work": "Social work",
    "doctoral_psychology": "Psychology, doctoral",
    "counseling": "Counseling",
    "marriage_family_therapy": "Marriage and family therapy",
    "other": "Another",
}
KIND_OF_REFERENCE = {"research": "Research", "law": "Law", "standard": "Professional standard"}
KIND_OF_ITEM = {
    "rating": "A rating from 1 to 5",
    "yes_no": "Yes or no",
    "choice": "One of the answers below",
    "text": "In their own words",
}
DELIVERIES = {
    code: DELIVERY_LABELS[code]
    for code in ("asynchronous_text", "asynchronous_video", "in_person", "live_online")
}
CURRENCIES = ("USD", "CAD", "AUD", "GBP", "EUR", "NZD")
_ANSWERS = choices([("", "Not said"), ("yes", "Yes"), ("no", "No")])
_SHUFFLED = choices([("", "Another in every attempt"), ("no", "As they stand here")])
_WHEN = choices(
    [("", "After a pass"), ("always", "After every attempt"), ("last", "After a pass or the last attempt"), ("never", "Never")]
)  # fmt: skip


def _lines(rows: int) -> dict[str, int]:
    return {"rows": rows}


class NewDraftForm(BaseForm):
    """A new course, by its title."""

    provider_id = ChoiceField("Provider", coerce=id_or_none)
    title = TextField("Title", [needed("Enter a title; it can be changed later."), longest(200)])

    def offer(self, providers: Sequence[Any]) -> None:
        """Offer the providers this person writes for."""
        self.provider_id.choices = choices((each.id, each.legal_name) for each in providers)


class UploadForm(BaseForm):
    """A file."""

    file = FileField("File", [needed("Choose a file.")])


class ImportCourseForm(UploadForm):
    """A course folder as a ZIP file."""

    for_provider = ChoiceField("Provider", coerce=id_or_none)

    def offer(self, providers: Sequence[Any]) -> None:
        """Offer the providers this person writes for."""
        self.for_provider.choices = choices((each.id, each.legal_name) for each in providers)


class ReplaceForm(BaseForm):
    """A folder that takes the place of a draft's content; ``revision`` is the save that the page showed."""

    revision = HiddenField()
    file = FileField("File", [optional()])

    @property
    def shown(self) -> int:
        """The save that the page showed; 0 for none."""
        text = self.revision.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class PartForm(BaseForm):
    """One part of a draft; ``seen`` is the hash of what the page showed of it.

    ``shown`` is what the draft holds, as ``pages.for_form`` gives it, ``sent`` what a browser sent (None before it did).
    """

    seen = HiddenField()

    def __init__(self, sent: Any = None, shown: Mapping[str, Any] | None = None) -> None:
        self._sent = sent
        super().__init__(
            sent, data={name: self._fitting(name, value) for name, value in (shown or {}).items()}
        )

    def _fitting(self, name: str, value: Any) -> Any:
        """What the field can show of a value: nothing of one that has another shape, which then stays as it is."""
        kind = getattr(getattr(type(self), name, None), "field_class", None)
        if kind is FieldList:
            return value if isinstance(value, list) else []
        if kind is FormField:
            return value if isinstance(value, dict) else {}
        return value if isinstance(value, str | bool) else str(value)

    def typed(self) -> dict[str, Any]:
        """The part's fields as their file has them, as far as the browser sent them; new rows only if they say something."""
        return {
            name: [row for row in value if not is_blank_row(row)] if isinstance(value, list) else value
            for name, value in self.as_file().items()
            if self._was_sent(name)
        }

    def as_file(self) -> dict[str, Any]:
        """Every field of the part as its file has it."""
        raise NotImplementedError

    def row_lists(self) -> list[FieldList]:
        """The lists of rows that this form has."""
        return [each for each in self if isinstance(each, FieldList)]

    def _was_sent(self, name: str) -> bool:
        return self._sent is None or any(key == name or key.startswith(f"{name}-") for key in self._sent)


class RowForm(Form):  # type: ignore[misc]
    """A row of a list; ``was`` is its place when the page was made, empty for a new one."""

    was = HiddenField(default="")


class TopicRow(RowForm):
    """One topic and its share."""

    topic = ChoiceField(
        "Topic", choices=choices([("", "None"), *TOPIC_LABELS.items()]), default="", validate_choice=False
    )
    share = TextField("Percent of the course")


class PriceFields(Form):  # type: ignore[misc]
    """What a course costs."""

    cents = TextField("Price", description="49.00; empty for a free course.")
    currency = ChoiceField(
        "Currency", choices=choices((code, code) for code in CURRENCIES), default="USD", validate_choice=False
    )


class FactsForm(PartForm):
    """What a course is."""

    title = TextField("Title", [longest(200)])
    subtitle = TextField("Subtitle", [longest(300)])
    summary = TextAreaField("Summary", [longest(4000)], render_kw=_lines(4))
    version = TextField("Version", description="Three numbers, 1.0.0; raise it with every published change.")
    current_as_of = TextField("Content last checked on", description="Year-month-day, 2026-11-24.")
    language = TextField("Language", description="en-US")
    level = ChoiceField("Level", choices=choices([("", "Choose …"), *LEVELS.items()]), validate_choice=False)
    audience = TextAreaField("Target audience", description="One group a line.", render_kw=_lines(3))
    delivery = ChoiceField(
        "Delivery", choices=choices([("", "Choose …"), *DELIVERIES.items()]), validate_choice=False
    )
    instruction_minutes = TextField(
        "Minutes of instruction", description="Of a live course only, by the clock and without breaks."
    )
    topics = FieldList(FormField(TopicRow), "Topics")
    needs_assessment = TextAreaField("Needs assessment", [longest(8000)], render_kw=_lines(5))
    review = TextAreaField(
        "Review", [longest(4000)], description="Who must review the course, or has.", render_kw=_lines(3)
    )
    pass_mark = TextField("Pass mark in percent")
    attempts = TextField("Attempts", description="A number, or unlimited.")
    minimum_minutes = TextField(
        "Minutes of reading before the post-test", description="Only where a body demands it; else empty."
    )
    price = FormField(PriceFields, "Price")

    def as_file(self) -> dict[str, Any]:
        words = (
            "title", "subtitle", "summary", "version", "current_as_of", "language", "level", "delivery", "needs_assessment",
            "review",
        )  # fmt: skip
        numbers = ("instruction_minutes", "pass_mark", "attempts", "minimum_minutes")
        price = self.price.form
        return {
            **{name: self[name].data for name in words},
            **{name: number(self[name].data) for name in numbers},
            "audience": lines(self.audience.data),
            "topics": [{**row, "share": number(row["share"])} for row in self.topics.data],
            "price": {"cents": cents(price.cents.data), "currency": price.currency.data}
            if price.cents.data
            else None,
        }


class AuthorRow(RowForm):
    """An author or presenter."""

    name = TextField("Name")
    credentials = TextField("Credentials")
    qualification = TextAreaField("Qualification for this course", render_kw=_lines(2))
    advanced_degree = ChoiceField(
        "Advanced degree in a mental health field", choices=_ANSWERS, default="", validate_choice=False
    )
    disclosure = TextAreaField(
        "Disclosure of interests",
        description="Of the last 24 months; or that there are none.",
        render_kw=_lines(2),
    )


class PlannerRow(RowForm):
    """Somebody who takes part in planning."""

    name = TextField("Name")
    credentials = TextField("Credentials")
    profession = ChoiceField(
        "Profession",
        choices=choices([("", "Choose …"), *PROFESSIONS.items()]),
        default="",
        validate_choice=False,
    )
    disclosure = TextAreaField("Disclosure of interests", render_kw=_lines(2))


class PeopleForm(PartForm):
    """Authors and planners."""

    authors = FieldList(FormField(AuthorRow), "Authors and presenters")
    planners = FieldList(FormField(PlannerRow), "Planners")

    def as_file(self) -> dict[str, Any]:
        authors = [{**row, "advanced_degree": truth(row["advanced_degree"])} for row in self.authors.data]
        return {"authors": authors, "planners": self.planners.data}


class ObjectiveRow(RowForm):
    """An objective."""

    id = TextField("Name", description="Short, one word; questions refer to it.")
    text = TextAreaField("What a learner can do afterwards", render_kw=_lines(2))


class ObjectivesForm(PartForm):
    """The objectives."""

    objectives = FieldList(FormField(ObjectiveRow), "Objectives")

    def as_file(self) -> dict[str, Any]:
        return {"objectives": self.objectives.data}


class ReferenceRow(RowForm):
    """A reference."""

    id = TextField("Name", description="Short, one word.")
    kind = ChoiceField(
        "Kind",
        choices=choices([("", "Choose …"), *KIND_OF_REFERENCE.items()]),
        default="",
        validate_choice=False,
    )
    authors = TextField("Authors")
    year = TextField("Year", description="A number, or n.d. for a law or standard as it stands.")
    title = TextField("Title")
    source = TextField("Source")
    url = TextField("Address", description="Begins with https://; may stay empty.")


class ReferencesForm(PartForm):
    """The references."""

    references = FieldList(FormField(ReferenceRow), "References")

    def as_file(self) -> dict[str, Any]:
        return {"references": [{**row, "year": number(row["year"])} for row in self.references.data]}


class EvaluationRow(RowForm):
    """An item of the evaluation form."""

    id = TextField("Name", description="Short, one word; keep it, so that answers can be compared.")
    kind = ChoiceField(
        "Answer",
        choices=choices([("", "Choose …"), *KIND_OF_ITEM.items()]),
        default="",
        validate_choice=False,
    )
    prompt = TextAreaField("What is asked", render_kw=_lines(2))
    options = TextAreaField(
        "Answers to choose from", description="One a line; only where one is chosen.", render_kw=_lines(3)
    )
    about = ChoiceField(
        "Asked of",
        choices=choices([("", "The course"), ("presenter", "Each author and presenter")]),
        default="",
        validate_choice=False,
    )


class EvaluationForm(PartForm):
    """The general items of the evaluation form."""

    anonymous_evaluation = ChoiceField(
        "Answers are",
        choices=choices([("", "Kept with the learner"), ("yes", "Anonymous")]),
        validate_choice=False,
    )
    evaluation = FieldList(FormField(EvaluationRow), "Items, after one rating of each objective")

    def as_file(self) -> dict[str, Any]:
        return {
            "anonymous_evaluation": truth(self.anonymous_evaluation.data),
            "evaluation": [{**row, "options": lines(row["options"])} for row in self.evaluation.data],
        }


class RecordingRow(RowForm):
    """A video or sound that a lesson shows."""

    file = TextField("File", description="As lessons show it: assets/talk.mp4")
    seconds = TextField("Seconds it runs")


class RecordingsForm(PartForm):
    """How long recordings run."""

    recordings = FieldList(FormField(RecordingRow), "Recordings")

    def as_file(self) -> dict[str, Any]:
        return {"recordings": [{**row, "seconds": number(row["seconds"])} for row in self.recordings.data]}


class SectionRow(RowForm):
    """A part of the test and the pool it draws from."""

    title = TextField("Title", description="Shown above its questions; may stay empty.")
    objectives = TextField("Of these objectives", description="Their names, with commas; empty for any.")
    tags = TextField("With one of these tags", description="With commas; empty for any.")
    draw = TextField("How many are drawn", description="At random for each attempt; empty asks all.")


class ReviewFields(Form):  # type: ignore[misc]
    """When a learner may look at what."""

    answers = ChoiceField("Own answers", choices=_WHEN, default="", validate_choice=False)
    right_answers = ChoiceField("Right answers", choices=_WHEN, default="", validate_choice=False)
    feedback = ChoiceField("Feedback", choices=_WHEN, default="", validate_choice=False)


class RulesForm(PartForm):
    """How the test is given."""

    sections = FieldList(FormField(SectionRow), "Sections and their pools")
    shuffle = ChoiceField("Order of questions", choices=_SHUFFLED, default="", validate_choice=False)
    page = ChoiceField(
        "On one page",
        choices=choices([("", "All questions"), ("one", "One question")]),
        validate_choice=False,
    )
    time_limit = TextField("Time limit in minutes", description="Empty for none.")
    waiting_time = TextField("Minutes between a failed attempt and the next", description="Empty for none.")
    negative_marks = ChoiceField(
        "Answers that cost points",
        choices=choices([("", "End at zero for each question"), ("carry", "Carry into other questions")]),
        validate_choice=False,
    )
    blank_answers = ChoiceField(
        "Questions without an answer",
        choices=choices([("", "Are refused while time is left"), ("allowed", "May be sent")]),
        validate_choice=False,
    )
    pre_test = ChoiceField(
        "Test before the first lesson",
        choices=choices([("", "None"), ("offered", "Offered"), ("required", "Required")]),
        validate_choice=False,
    )
    review = FormField(ReviewFields, "What may be looked at afterwards")

    def as_file(self) -> dict[str, Any]:
        sections = [
            {
                **row,
                "objectives": names(row["objectives"]),
                "tags": names(row["tags"]),
                "draw": number(row["draw"]),
            }
            for row in self.sections.data
        ]
        words = ("page", "negative_marks", "blank_answers", "pre_test")
        return {
            "sections": sections,
            "shuffle": truth(self.shuffle.data),
            "time_limit": number(self.time_limit.data),
            "waiting_time": number(self.waiting_time.data),
            **{name: self[name].data for name in words},
            "review": {name: value for name, value in self.review.data.items() if value},
        }


PART_FORMS: dict[str, type[PartForm]] = {
    "facts": FactsForm,
    "people": PeopleForm,
    "objectives": ObjectivesForm,
    "references": ReferencesForm,
    "evaluation": EvaluationForm,
    "recordings": RecordingsForm,
    "rules": RulesForm,
}


class TextPartForm(BaseForm):
    """A part, or a question, as the YAML that its file holds."""

    seen = HiddenField()
    text = TextAreaField("Text", render_kw={"rows": 24, "spellcheck": "false"})

    def fields_typed(self) -> dict[str, Any]:
        """The fields that the text gives; none for an empty text. Raises DomainError on ``text`` for anything else."""
        data = parse_text(self.text.data or "")
        if data is not None and not isinstance(data, dict):
            raise DomainError(
                "This is no list of fields, “name: value”. Write it as it was written.", field="text"
            )
        return data or {}


class LessonForm(BaseForm):
    """One lesson."""

    seen = HiddenField()
    title = TextField("Title", [needed("Enter the lesson's title."), longest(200)])
    markdown = TextAreaField("Text", render_kw={"rows": 28})
    package = ChoiceField("Package that plays beneath the text", default="", validate_choice=False)
    done_when = ChoiceField(
        "The lesson is done when the package says",
        choices=choices(
            [
                ("", "Completed, as usual"),
                ("completed", "Completed"),
                ("passed", "Passed"),
                ("completed_and_passed", "Completed and passed"),
                ("completed_or_passed", "Completed or passed"),
            ]
        ),
        default="",
        validate_choice=False,
    )

    def offer(self, packages: Sequence[tuple[str, str]]) -> None:
        """Offer the provider's packages, a hash and a title each, beside the one that the lesson names already."""
        here = self.package.data or ""
        unknown = [(here, f"Not among this provider's packages: {here[:12]}…")]
        known = any(digest == here for digest, _ in packages) or not here
        self.package.choices = choices([("", "None"), *packages, *([] if known else unknown)])

    def more_typed(self) -> dict[str, str]:
        """What else the lesson's entry says, as far as the browser sent it."""
        return {field.short_name: field.data for field in (self.package, self.done_when) if field.raw_data}


class KindForm(BaseForm):
    """Which kind of question to begin."""

    kind = ChoiceField("Kind", choices=choices((code, label.capitalize()) for code, label in KINDS.items()))


class ChosenQuestionsForm(BaseForm):
    """Questions of a file, and which of them come in with which objective and lesson."""

    questions = HiddenField()
    pictures = HiddenField()
    chosen = SelectMultipleField(
        "Questions to take",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )
    objective = ChoiceField("Objective for those without one", choices=[], default="")
    lesson = ChoiceField("Lesson for those without one", choices=[], default="")


class ReviewForm(BaseForm):
    """What a reviewer says; an answer and a remark for each item of the checklist are fields of their own."""

    revision = HiddenField()
    qualification = TextAreaField(
        "Your qualification",
        [needed("Say what qualifies you to review this course."), longest(2000)],
        render_kw=_lines(2),
    )
    disclosure = TextAreaField(
        "Your interests",
        [needed("Disclose your interests, or say that there are none."), longest(2000)],
        render_kw=_lines(2),
    )
    difficulty = ChoiceField(
        "Difficulty of the text",
        [needed("Choose how difficult the text is for its audience.")],
        choices=choices(
            [("", "Choose …"), ("1", "1, very easy"), ("3/2", "1.5"), ("2", "2, easy"), ("5/2", "2.5"), ("3", "3, moderate"),
             ("7/2", "3.5"), ("4", "4, hard"), ("9/2", "4.5"), ("5", "5, very hard")]
        ),
        description="For the Mergener formula, which is stored under your name.",
    )  # fmt: skip
    comment = TextAreaField("To the authors", [longest(8000), optional()], render_kw=_lines(4))
    verdict = RadioChoiceField(
        "Your verdict",
        [needed("Choose whether you approve or return it.")],
        choices=choices(
            [
                ("approve", "Approve: it may be published as it is"),
                ("return", "Return: the authors should change it"),
            ]
        ),
    )

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The answered items."""
        return [
            {
                "item": item,
                "yes": self[f"item_{item}"].data == "yes",
                "remark": self[f"remark_{item}"].data or "",
            }
            for item in CHECKLIST
        ]


for _item, _text in CHECKLIST.items():
    setattr(
        ReviewForm,
        f"item_{_item}",
        RadioChoiceField(
            _text, [needed("Answer yes or no.")], choices=choices([("yes", "Yes"), ("no", "No")])
        ),
    )
    setattr(ReviewForm, f"remark_{_item}", TextField("Remark", [longest(1000), optional()]))


class PublishDraftForm(BaseForm):
    """How much credit a course is published with, and whose credit is dropped."""

    minutes = MinutesField("Credit to award", [needed("Enter the credit, for example 2:00.")])
    dropped = SelectMultipleField(
        "Drop the credit of", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


def mark(form: Any, faults: Iterable[tuple[Sequence[str | int], str]]) -> None:
    """Put each mistake, a place and a sentence, beside its field; what belongs to no field of this form stands above it."""
    for place, sentence in faults:
        field = _field(form, place)
        if field is None:
            form.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


def _field(form: Any, place: Sequence[str | int]) -> Any:
    here = form
    for step in place:
        if isinstance(step, int):
            entries = getattr(here, "entries", [])
            if step >= len(entries):
                return None
            here = entries[step].form
        elif step in getattr(here, "_fields", {}):
            here = here[step]
        else:
            break
    return here if isinstance(here, Field) and not isinstance(here, FieldList | FormField) else None


def is_blank_row(row: object) -> bool:
    """Whether this is a new row in which nothing was typed."""
    return isinstance(row, dict) and not any(row.values())


def arranged(sent: MultiDict[str, str], action: str) -> MultiDict[str, str]:
    """What a browser sent, with one row moved up or removed: ``up:options-2`` or ``remove:options-2``. Other actions change nothing."""
    what, _, row = action.partition(":")
    rows, _, place = row.rpartition("-")
    if what not in {"up", "remove"} or not rows or not place.isdecimal():
        return sent
    places = sorted(
        {int(found[1]) for key in sent if (found := re.match(rf"{re.escape(rows)}-(\d{{1,4}})-", key))}
    )
    before = max((each for each in places if each < int(place)), default=None)
    if what == "up" and before is None:
        return sent
    here, there = f"{row}-", f"{rows}-{before}-"
    changed = MultiDict[str, str]()
    for key, value in sent.items(multi=True):
        if what == "remove" and key.startswith(here):
            continue
        if what == "up" and key.startswith(here):
            changed.add(there + key.removeprefix(here), value)
        elif what == "up" and key.startswith(there):
            changed.add(here + key.removeprefix(there), value)
        else:
            changed.add(key, value)
    return changed


def number(text: str | None) -> int | str:
    """A whole number where the text is one, else the text as it was typed, which is then said to be wrong."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else text or ""


def cents(text: str) -> int | str:
    """An amount in hundredths where the text is one, else the text as it was typed, which is then said to be wrong.

    >>> cents("49"), cents("49.5"), cents("1,200.00"), cents("dear")
    (4900, 4950, 120000, 'dear')
    """
    whole, _, rest = text.replace(",", "").removeprefix("$").partition(".")
    if not whole.isdecimal() or len(whole) > 9 or not (rest or "0").isdecimal() or len(rest) > 2:
        return text
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def truth(text: str | None) -> bool | None:
    """Yes or no; None while nothing is said."""
    return {"yes": True, "no": False}.get(text or "")


def lines(text: str | None) -> list[str]:
    """What stands on each line."""
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


def names(text: str | None) -> list[str]:
    """Names with commas between them."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]
