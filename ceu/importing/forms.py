"""The forms of imports: a file, what its columns and texts mean, and rows that wait to be confirmed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wtforms import Field, FileField
from wtforms.fields.choices import SelectChoice

from ceu.domain.dates import day_text
from ceu.domain.experience import DELIVERY_LABELS, Activity
from ceu.domain.minutes import clock_text
from ceu.experience.forms import SettingChoice, activity_choices, or_blank
from ceu.experience.models import WorkSetting
from ceu.importing.columns import ROLE_LABELS, Column
from ceu.importing.kinds import ASK, HELD_LABELS, NOT_WORK
from ceu.importing.models import HoursImport, ImportedRow, ImportKind
from ceu.importing.plan import Choices
from ceu.importing.services import Answer
from ceu.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceField,
    DateField,
    IntegerField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    choices,
    longest,
    needed,
    optional,
)

MOST_PHRASES = 60
_CHOOSE_FILE = "Choose the file to import."
_TABLES = ".csv,.tsv,.txt,.xlsx,.json,.ndjson"


class FileForm(SettingChoice):
    """A table or a FHIR bundle."""

    file = FileField("File", [needed(_CHOOSE_FILE)], render_kw={"accept": _TABLES})


class CalendarForm(SettingChoice):
    """A calendar, as a file or by its address, a range of days, and the phrases to look for in its titles."""

    file = FileField("File", [optional()], render_kw={"accept": ".ics"})
    address = TextField("Or its address", [optional(), longest(2_000)])
    first = DateField("From", [needed("Enter the first day to import.")])
    last = DateField("Through", [needed("Enter the last day to import.")])
    phrases = TextAreaField("Phrases", [needed("Write at least one phrase."), longest(4_000)])

    def phrase_list(self) -> list[str]:
        """The phrases, each once, in the order in which they were written."""
        lines = (" ".join(line.split()) for line in self.phrases.data.splitlines())
        return list(dict.fromkeys(line[:60] for line in lines if line))[:MOST_PHRASES]


class ColumnsForm(BaseForm):
    """What each column of a table tells (see ``columns_form``), and the file once more."""

    file = FileField("The same file once more", [needed(_CHOOSE_FILE)], render_kw={"accept": _TABLES})

    def roles(self, columns: Sequence[Column]) -> dict[str, str]:
        """The role chosen for each heading that has one."""
        fields = self.role_fields(columns)
        return {column.heading: field.data for column, field in fields if field is not None and field.data}

    def role_fields(self, columns: Sequence[Column]) -> list[tuple[Column, Field | None]]:
        """Each column with its field, or None where it cannot be read."""
        return [(column, self._fields.get(f"role_{place}")) for place, column in enumerate(columns)]


def columns_form(columns: Sequence[Column]) -> ColumnsForm:
    """A form over these columns, set to what they were taken for."""
    roles = [SelectChoice("", "Leave it out"), *choices(ROLE_LABELS.items())]
    fields = {
        f"role_{place}": ChoiceField(column.heading, choices=roles, default=column.role or "")
        for place, column in enumerate(columns)
        if column.may_be_read
    }
    return type("ColumnsForm", (ColumnsForm,), fields)()  # type: ignore[no-any-return]


class MeaningForm(SettingChoice):
    """What the texts of a file mean (see ``meaning_form``)."""

    took_place = RadioChoiceField(
        "Where the file does not say whether it took place",
        [needed("Choose one of the two.")],
        choices=choices({"yes": "It took place", "no": "Ask me about each"}.items()),
    )
    delivery = ChoiceField(
        "How you met, where the file does not say", choices=choices(DELIVERY_LABELS.items())
    )

    def offer_settings(self, settings: Sequence[WorkSetting]) -> None:
        """Offer the person's settings, also for each text that may name one."""
        super().offer_settings(settings)
        for field in self.fields_of("place"):
            field.choices = [
                SelectChoice("", "The setting above"),
                *choices((str(one.id), one.name) for one in settings),
            ]

    def fields_of(self, group: str) -> list[Field]:
        """The fields about the texts of a group: kind, status, delivery or place."""
        return [field for name, field in self._fields.items() if name.startswith(f"{group}_")]

    def meanings(self, draft: HoursImport) -> Choices:
        """What was chosen."""

        def chosen(group: str, texts: Sequence[str]) -> dict[str, str]:
            fields = (self._fields.get(f"{group}_{place}") for place in range(len(texts)))
            return {text: field.data for text, field in zip(texts, fields, strict=True) if field is not None}

        kept = draft.choices
        return Choices(
            day_order=self.day_order.data if "day_order" in self._fields else kept["day_order"],
            unit=self.unit.data if "unit" in self._fields else kept["unit"],
            took_place=self.took_place.data == "yes",
            delivery=self.delivery.data,
            kinds=chosen("kind", draft.found["kinds"]),
            statuses={**kept["statuses"], **chosen("status", draft.found["statuses"])},
            deliveries=chosen("way", draft.found["deliveries"]),
            settings={
                text: id_ for text, id_ in chosen("place", draft.found.get("settings", [])).items() if id_
            },
        )


def meaning_form(draft: HoursImport, named: Collection[str]) -> MeaningForm:
    """A form over the texts of a draft, set to what they are taken for; ``named`` activities are listed first."""
    activities = [
        SelectChoice(ASK, "Ask me about each"),
        SelectChoice(NOT_WORK, "Not work: leave out"),
        *activity_choices(named),
    ]
    fields: dict[str, Any] = {
        f"kind_{place}": ChoiceField(
            _kind_label(draft, text), choices=activities, default=draft.choices["kinds"].get(text, ASK)
        )
        for place, text in enumerate(draft.found["kinds"])
    }
    if draft.kind == ImportKind.TABLE:
        fields |= _table_fields(draft)
    fields |= {
        f"way_{place}": ChoiceField(
            text, choices=choices(DELIVERY_LABELS.items()), default=draft.choices["deliveries"].get(text)
        )
        for place, text in enumerate(draft.found["deliveries"])
        if text
    }
    fields |= {
        f"place_{place}": ChoiceField(text, default=draft.choices.get("settings", {}).get(text, ""))
        for place, text in enumerate(draft.found.get("settings", []))
        if text
    }
    made = type("MeaningForm", (MeaningForm,), fields)
    return made(  # type: ignore[no-any-return]
        setting=draft.setting_id,
        took_place="yes" if draft.choices["took_place"] else "no",
        delivery=draft.choices["delivery"],
    )


def _table_fields(draft: HoursImport) -> dict[str, Any]:
    fields: dict[str, Any] = {
        f"status_{place}": ChoiceField(
            text, choices=choices(HELD_LABELS.items()), default=draft.choices["statuses"].get(text)
        )
        for place, text in enumerate(draft.found["statuses"])
        if text
    }
    if draft.found["days"]:
        fields["day_order"] = RadioChoiceField(
            f"In a date such as {draft.found['days'][0]} the first number is",
            choices=choices({"mdy": "the month", "dmy": "the day"}.items()),
            default=draft.choices["day_order"],
        )
    fields["unit"] = RadioChoiceField(
        "A length that is only a number is in",
        choices=choices({"minutes": "minutes", "hours": "hours"}.items()),
        default=draft.choices["unit"],
    )
    return fields


def _kind_label(draft: HoursImport, text: str) -> str:
    if text:
        return text
    if draft.kind == ImportKind.CALENDAR:
        return "Titles in which no phrase was found"
    return "Rows that do not say what was done" if len(draft.found["kinds"]) > 1 else "All rows"


class ConfirmForm(BaseForm):
    """Rows that wait, each with a box to tick and what is still to be said (see ``confirm_form``)."""

    def ticked(self) -> list[int]:
        """The ids of the rows that are ticked."""
        return [
            int(name[4:]) for name, field in self._fields.items() if name.startswith("row_") and field.data
        ]

    def answer(self, row: ImportedRow) -> Answer:
        """What is said about a row."""
        told = self._fields.get(f"activity_{row.id}")
        activity, _, unit = told.data.partition(":") if told else (row.activity, "", row.client_unit or "")
        count = self._fields.get(f"count_{row.id}")
        in_group = activity == Activity.SUPERVISION_GROUP
        return Answer(activity, unit or None, (count.data if count else row.head_count) if in_group else None)

    def fields_of(self, row: ImportedRow) -> list[Field]:
        """The fields of a row: its box, then what is to be said."""
        names = (f"{name}_{row.id}" for name in ("row", "activity", "count"))
        return [self._fields[name] for name in names if name in self._fields]


def confirm_form(rows: Sequence[ImportedRow], named: Collection[str], *, ticked: bool = False) -> ConfirmForm:
    """A form over rows that wait; all are ``ticked`` when the person asks for it."""
    fields: dict[str, Any] = {}
    for row in rows:
        when = f"{day_text(row.day)}, {row.times or clock_text(row.minutes)}"
        fields[f"row_{row.id}"] = BooleanField(f"{when}: {row.label}", default=ticked)
        if not row.activity:
            options = [SelectChoice("", "Choose …"), *activity_choices(named)]
            fields[f"activity_{row.id}"] = ChoiceField(f"What was done on {when}", choices=options)
        if row.activity in {"", Activity.SUPERVISION_GROUP} and row.head_count is None:
            fields[f"count_{row.id}"] = IntegerField(f"Group size on {when}", [or_blank()])
    return type("ConfirmForm", (ConfirmForm,), fields)()  # type: ignore[no-any-return]


def columns_of_draft(draft: HoursImport) -> list[Column]:
    """The columns of a draft, as they were taken."""
    return [Column(*column) for column in draft.columns]


def outcome_counts(outcomes: Mapping[str, int], labels: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Every outcome with its words and number."""
    return [(name, label, outcomes.get(name, 0)) for name, label in labels.items()]
