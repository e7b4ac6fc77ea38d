"""The forms of authors, reviewers and publishers. They refuse nothing that a draft may hold: what is not finished is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FieldList, FileField, Form, FormField, HiddenField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from ceu.authoring.checklist import CHECKLIST
from ceu.catalog.forms import LEVELS
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
DELIVERIES = {code: DELIVERY_LABELS[code] for code in ("asynchronous_text", "asynchronous_video")}
_ANSWERS = choices([("", "Not said"), ("yes", "Yes"), ("no", "No")])


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
    """One part of a draft; ``seen`` is the hash of what the page showed of it."""

    seen = HiddenField()

    def fields_of_part(self) -> dict[str, Any]:
        """The part's fields as course.yaml has them."""
        raise NotImplementedError

    def row_lists(self) -> list[FieldList]:
        """The lists of rows that this form has."""
        return [each for each in self if isinstance(each, FieldList)]


class TopicRow(Form):  # type: ignore[misc]
    """One topic and its share."""

    topic = ChoiceField(
        "Topic", choices=choices([("", "None"), *TOPIC_LABELS.items()]), default="", validate_choice=False
    )
    share = TextField("Percent of the course")


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
    topics = FieldList(FormField(TopicRow), "Topics")
    needs_assessment = TextAreaField("Needs assessment", [longest(8000)], render_kw=_lines(5))
    review = TextAreaField(
        "Review", [longest(4000)], description="Who must review the course, or has.", render_kw=_lines(3)
    )
    pass_mark = TextField("Pass mark in percent")
    attempts = TextField("Attempts", description="A number, or unlimited.")

    def fields_of_part(self) -> dict[str, Any]:
        named = (
            "title",
            "subtitle",
            "summary",
            "version",
            "current_as_of",
            "language",
            "level",
            "delivery",
            "needs_assessment",
            "review",
        )
        return {
            **{name: self[name].data for name in named},
            "audience": [line for line in (self.audience.data or "").split("\n") if line.strip()],
            "topics": [{**row, "share": number(row["share"])} for row in filled(self.topics.data)],
            "pass_mark": number(self.pass_mark.data),
            "attempts": number(self.attempts.data),
        }


class AuthorRow(Form):  # type: ignore[misc]
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


class PlannerRow(Form):  # type: ignore[misc]
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

    def fields_of_part(self) -> dict[str, Any]:
        authors = [
            {
                **row,
                **(
                    {"advanced_degree": row["advanced_degree"] == "yes"} if row.get("advanced_degree") else {}
                ),
            }
            for row in filled(self.authors.data)
        ]
        return {"authors": authors, "planners": filled(self.planners.data)}


class ObjectiveRow(Form):  # type: ignore[misc]
    """An objective."""

    id = TextField("Name", description="Short, one word; questions refer to it.")
    text = TextAreaField("What a learner can do afterwards", render_kw=_lines(2))


class ObjectivesForm(PartForm):
    """The objectives."""

    objectives = FieldList(FormField(ObjectiveRow), "Objectives")

    def fields_of_part(self) -> dict[str, Any]:
        return {"objectives": filled(self.objectives.data)}


class ReferenceRow(Form):  # type: ignore[misc]
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

    def fields_of_part(self) -> dict[str, Any]:
        return {
            "references": [
                {**row, "year": number(row["year"])} if row.get("year") else row
                for row in filled(self.references.data)
            ]
        }


PART_FORMS: dict[str, type[PartForm]] = {
    "facts": FactsForm,
    "people": PeopleForm,
    "objectives": ObjectivesForm,
    "references": ReferencesForm,
}


class TextPartForm(BaseForm):
    """A part, or a question, as the YAML that its file holds."""

    seen = HiddenField()
    text = TextAreaField("Text", render_kw={"rows": 24, "spellcheck": "false"})


class LessonForm(BaseForm):
    """One lesson."""

    seen = HiddenField()
    title = TextField("Title", [needed("Enter the lesson's title."), longest(200)])
    markdown = TextAreaField("Text", render_kw={"rows": 28})


class KindForm(BaseForm):
    """Which kind of question to begin."""

    kind = ChoiceField("Kind", choices=choices((code, label.capitalize()) for code, label in KINDS.items()))


class ChosenQuestionsForm(BaseForm):
    """Questions of a file, and which of them come in with which objective and lesson."""

    questions = HiddenField()
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


def number(text: str | None) -> int | str:
    """A whole number where the text is one, else the text as it was typed, which is then said to be wrong."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else text or ""


def filled(rows: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """The rows in which anything was typed, without their empty fields."""
    kept = ({key: value for key, value in row.items() if value not in {None, ""}} for row in rows or ())
    return [row for row in kept if row]
