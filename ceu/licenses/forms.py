"""The forms of goals, facts, licenses and credit; those of goals and facts are made from the packs' own questions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import SelectMultipleField
from wtforms.validators import NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from ceu.licenses.models import License
from ceu.licenses.packs import pack_name
from ceu.licenses.services import LicenseDetails
from ceu.licenses.words import APPROVAL_BODY_LABELS, CREDIT_KIND_LABELS, DELIVERY_LABELS, TOPIC_LABELS
from ceu.rules.facts import NOT_YET, Fact, Period
from ceu.rules.pack import FactDeclaration, Pack
from ceu.web.forms import (
    BaseForm,
    BooleanField,
    ChoiceField,
    DateField,
    IntegerField,
    MinutesField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    ValidationError,
    choices,
    longest,
    needed,
    optional,
)

ALREADY_COMPLETED = "person.already_completed"
SPARE_PERIODS = 2
"""Empty rows offered after the periods that are known."""


class ChecklistField(SelectMultipleField):  # type: ignore[misc]
    """Any of a list of options, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: BaseForm) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError("Choose among the options offered.") from None


class GoalForm(BaseForm):
    """Which license the person works towards."""

    pack = RadioChoiceField("License", [needed("Choose the license you work towards.")])

    def offer(self, packs: Sequence[Pack]) -> "GoalForm":
        """Offer these packs."""
        self.pack.choices = choices((pack.id, pack_name(pack)) for pack in packs)
        return self


class PoliciesForm(BaseForm):
    """Which reading to take where the law is silent: one field per policy of a pack."""

    def chosen(self, pack: Pack) -> dict[str, str]:
        """The reading taken of each policy."""
        return {name: self[name].data for name in pack.policies}


def policies_form(pack: Pack, taken: Mapping[str, str]) -> PoliciesForm:
    """A form over the policies of a pack, set to the readings now taken."""
    fields = {
        name: RadioChoiceField(
            policy.question,
            [needed("Choose one of the readings.")],
            choices=choices(
                (option, text + (" (default)" if option == policy.default else ""))
                for option, text in policy.options.items()
            ),
            description=policy.reason,
        )
        for name, policy in pack.policies.items()
    }
    made = type("PoliciesForm", (PoliciesForm,), fields)
    return made(data=dict(taken))  # type: ignore[no-any-return]


class FactsForm(BaseForm):
    """The questions of one or several packs about the person."""

    def facts(self, questions: Mapping[str, FactDeclaration]) -> dict[str, Fact]:
        """What was answered, by the fact's name; None where the person does not know yet."""
        return {key: self._fact(key, question) for key, question in questions.items()}

    def _fact(self, key: str, question: FactDeclaration) -> Fact:
        if question.type == "periods":
            return self._periods(key)
        if question.not_yet and self[f"{key}_not_yet"].data:
            return NOT_YET
        answer: Fact = self[key].data
        if question.type == "yes_no":
            return {"yes": True, "no": False}.get(str(answer))
        return None if answer in ("", []) else answer

    def _periods(self, key: str) -> tuple[Period, ...] | None:
        periods = [
            (self[f"{key}_{row}_begins"].data, self[f"{key}_{row}_ends"].data)
            for row in range(len(self.rows_of(key)))
        ]
        return tuple(sorted((begins, ends) for begins, ends in periods if begins is not None)) or None

    def rows_of(self, key: str) -> list[tuple[Any, Any]]:
        """The pairs of fields of a question about periods."""
        names = [name for name in self._fields if name.startswith(f"{key}_") and name.endswith("_begins")]
        return [(self[name], self[name.removesuffix("begins") + "ends"]) for name in names]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for name, field in self._fields.items():
            if name.endswith("_not_yet") and field.data and self[name.removesuffix("_not_yet")].data:
                self[name.removesuffix("_not_yet")].errors = [
                    "Either enter the date or say that it has not come yet."
                ]
                valid = False
            if name.endswith("_begins"):
                valid = self._check_period(field, self[name.removesuffix("begins") + "ends"]) and valid
        return valid

    @staticmethod
    def _check_period(begins: Any, ends: Any) -> bool:
        if ends.data and not begins.data and not begins.errors:
            begins.errors = ["Enter the day it began, too."]
        elif ends.data and begins.data and ends.data < begins.data:
            ends.errors = ["This is before the day it began. Check both dates."]
        else:
            return True
        return False


_COUNTING = NumberRange(1, 99, "Count from 1: enter 1 for the first, 2 for the second.")


def facts_form(questions: Mapping[str, FactDeclaration], known: Mapping[str, Any]) -> FactsForm:
    """A form with these questions (by the fact's name), filled with what is known."""
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for key, question in questions.items():
        for name, field, value in _fields_of(key, question, known.get(key)):
            fields[name], data[name] = field, value
    form: FactsForm = type("FactsForm", (FactsForm,), fields)(data=data)
    for asked in form:
        asked.flags.optional = False  # every answer may wait, so saying so at each would only be noise
    return form


def _fields_of(key: str, question: FactDeclaration, fact: Any) -> list[tuple[str, Any, Any]]:
    """The fields of one question with their names and what stands in them."""
    label = question.question
    match question.type:
        case "date":
            day = fact if isinstance(fact, date) else None
            asked: list[tuple[str, Any, Any]] = [(key, DateField(label, [optional()]), day)]
            if question.not_yet:
                asked.append(
                    (f"{key}_not_yet", BooleanField("Not yet"), (fact or question.assume) == NOT_YET)
                )
            return asked
        case "periods":
            periods = [*(fact or ()), *[(None, None)] * SPARE_PERIODS]
            return [field for row, period in enumerate(periods) for field in _period_fields(key, row, period)]
        case "yes_no":
            offered = choices((("yes", "Yes"), ("no", "No"), ("", "I do not know yet")))
            return [(key, RadioChoiceField(label, choices=offered), {True: "yes", False: "no"}.get(fact, ""))]
        case "number":
            return [
                (
                    key,
                    IntegerField(label, [optional(), _COUNTING], description=_sentence(question.label)),
                    fact,
                )
            ]
        case "word":
            offered = choices([("", "I do not know yet"), *(question.options or {}).items()])
            return [(key, ChoiceField(label, choices=offered), fact or question.assume or "")]
        case "words":
            offered = choices((question.options or {}).items())
            return [(key, ChecklistField(label, choices=offered), list(fact or ()))]


def _sentence(label: str) -> str:
    return f"{label[0].upper()}{label[1:]}."


def _period_fields(key: str, row: int, period: tuple[date | None, date | None]) -> list[tuple[str, Any, Any]]:
    begins, ends = (DateField(f"{word} ({row + 1})", [optional()]) for word in ("From", "Until"))
    return [(f"{key}_{row}_begins", begins, period[0]), (f"{key}_{row}_ends", ends, period[1])]


class LicenseForm(BaseForm):
    """A license the person holds."""

    ce_pack = RadioChoiceField("License", [needed("Choose the license that you hold.")])
    number = TextField("License number", [needed("Enter the number as printed on the license."), longest(40)])
    issued_on = DateField("Issued on", [needed("Enter the date the license was first issued.")])
    expires_on = DateField("Expires on", [needed("Enter the date the license expires.")])
    inactive = BooleanField("The license is inactive or retired")
    supervises = BooleanField("I supervise trainees or associates in this renewal period")
    completed_topics = ChecklistField("One-time topics you have already proven")

    def offer(self, packs: Sequence[Pack], held: License | None) -> None:
        """Offer these renewal rules (a license already held keeps its own) and the one-time topics they know."""
        if held is None:
            self.ce_pack.choices = choices((pack.id, pack_name(pack)) for pack in packs)
            if len(packs) == 1 and not self.ce_pack.raw_data:
                self.ce_pack.data = packs[0].id
        else:
            del self.ce_pack
            packs = [pack for pack in packs if pack.id == held.ce_pack_id]
        topics = {
            topic: label
            for pack in packs
            if (asked := pack.facts.get(ALREADY_COMPLETED))
            for topic, label in (asked.options or {}).items()
        }
        self.completed_topics.choices = choices(topics.items())

    def details(self) -> LicenseDetails:
        """What was entered."""
        return LicenseDetails(
            number=self.number.data,
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
            inactive=self.inactive.data,
            supervises=self.supervises.data,
            completed_topics=tuple(self.completed_topics.data),
        )


class CreditForm(BaseForm):
    """Continuing education earned elsewhere, in the person's own words."""

    kind = RadioChoiceField("Kind of credit", choices=choices(CREDIT_KIND_LABELS.items()), default="course")
    title = TextField("Course title", [needed("Enter the title on the certificate."), longest(200)])
    provider_name = TextField("Provider", [needed("Enter who offered the course."), longest(160)])
    completed_on = DateField("Completed on", [needed("Enter the date on the certificate.")])
    minutes = MinutesField("Hours of credit", [needed("Enter the hours on the certificate.")])
    topics = ChecklistField("Topics", choices=choices(TOPIC_LABELS.items()))
    delivery = ChoiceField("How it was given", choices=choices(DELIVERY_LABELS.items()))
    approval_body = ChoiceField(
        "Who approved it", choices=choices([("", "I do not know"), *APPROVAL_BODY_LABELS.items()])
    )
    note = TextAreaField("Note", [optional(), longest(2_000)])

    def validate_minutes(self, field: MinutesField) -> None:
        """Refuse what is no course."""
        if field.data is not None and not 0 < field.data <= 200 * 60:
            raise ValidationError(
                "A credit has between 1 minute and 200 hours. Check the hours on the certificate."
            )

    def credit(self) -> dict[str, Any]:
        """What was entered, as ``record_credit`` takes it."""
        title, provider = self.title.data, self.provider_name.data
        return {
            "kind": self.kind.data,
            "course_key": f"{provider}: {title}".casefold()[:160],
            "title": title,
            "provider_name": provider,
            "completed_on": self.completed_on.data,
            "minutes": self.minutes.data,
            "topics": self.topics.data,
            "delivery": self.delivery.data,
            "approval_body": self.approval_body.data or None,
            "certificate_number": None,
            "note": self.note.data or "",
        }
