"""The forms of goals, facts, licenses and credit; those of goals and facts are made from the packs' own questions."""

from calendar import month_name
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from wtforms import SelectMultipleField
from wtforms.validators import NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from ceu.licenses.facts import (
    ALREADY_COMPLETED,
    LICENSE_STATUS,
    SUPERVISES,
    from_json,
    license_questions,
)
from ceu.licenses.models import License
from ceu.licenses.packs import in_order_of_places, jurisdiction_name, pack_name
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
    SelectChoice,
    TextAreaField,
    TextField,
    ValidationError,
    choices,
    longest,
    needed,
    optional,
)

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


def pack_choices(packs: Iterable[Pack]) -> list[SelectChoice]:
    """Licenses to choose from, grouped by jurisdiction; those of one name are told apart by what their rules are for."""
    shown = in_order_of_places(packs)
    named = Counter(map(pack_name, shown))
    return [
        SelectChoice("", "Choose …"),
        *(
            SelectChoice(
                pack.id,
                name if named[name] == 1 else f"{name}: {pack.title}",
                optgroup=jurisdiction_name(pack),
            )
            for pack in shown
            for name in [pack_name(pack)]
        ),
    ]


class GoalForm(BaseForm):
    """Which license the person works towards."""

    pack = ChoiceField("License", [needed("Choose the license you work towards.")])

    def offer(self, packs: Collection[Pack]) -> "GoalForm":
        """Offer these packs."""
        self.pack.choices = pack_choices(packs) if packs else []
        return self


class HeldLicenseForm(BaseForm):
    """Which license the person holds; sent by GET, so that the form about it has an address."""

    class Meta:
        csrf = False

    license = ChoiceField("License", [needed("Choose the license that you hold.")])

    def offer(self, packs: Collection[Pack]) -> "HeldLicenseForm":
        """Offer these renewal rules."""
        self.license.choices = pack_choices(packs) if packs else []
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
        """The periods entered: none at all is an answer (empty), nothing entered is not (None)."""
        if self[f"{key}_none"].data:
            return ()
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
            if name.endswith("_none") and field.data:
                valid = self._check_none(name.removesuffix("_none")) and valid
            if name.endswith("_begins"):
                valid = self._check_period(field, self[name.removesuffix("begins") + "ends"]) and valid
        return valid

    def _check_none(self, key: str) -> bool:
        entered = [field for row in self.rows_of(key) for field in row if field.data]
        if entered:
            entered[0].errors = ["Either enter the dates or say that there was none."]
        return not entered

    @staticmethod
    def _check_period(begins: Any, ends: Any) -> bool:
        if ends.data and not begins.data and not begins.errors:
            begins.errors = ["Enter the day it began, too."]
        elif ends.data and begins.data and ends.data < begins.data:
            ends.errors = ["This is before the day it began. Check both dates."]
        else:
            return True
        return False


_WHOLE = NumberRange(0, 99_999, "Enter a whole number from 0 to 99,999.")


AnyFacts = TypeVar("AnyFacts", bound=FactsForm)


def facts_form(questions: Mapping[str, FactDeclaration], known: Mapping[str, Any]) -> FactsForm:
    """A form with these questions (by the fact's name), filled with what is known."""
    return asking(FactsForm, questions, known, {})


def asking(
    kind: type[AnyFacts],
    questions: Mapping[str, FactDeclaration],
    known: Mapping[str, Any],
    data: Mapping[str, Any],
) -> AnyFacts:
    """A form of this kind with these questions besides its own fields, filled with what is known."""
    fields, answered = _asked(questions, known)
    form: AnyFacts = type(kind.__name__, (kind,), fields)(data={**answered, **data})
    _hide_optional(form, fields)
    return form


def _asked(
    questions: Mapping[str, FactDeclaration], known: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of these questions by name, and what stands in them."""
    found = [field for key, asked in questions.items() for field in _fields_of(key, asked, known.get(key))]
    return {name: field for name, field, _ in found}, {name: value for name, _, value in found}


def _hide_optional(form: FactsForm, names: Iterable[str]) -> None:
    """Every answer may wait, so saying so at each would only be noise."""
    for name in names:
        form[name].flags.optional = False


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
            rows = [field for row, period in enumerate(periods) for field in _period_fields(key, row, period)]
            return [*rows, (f"{key}_none", BooleanField("None"), fact is not None and not fact)]
        case "yes_no":
            offered = choices((("yes", "Yes"), ("no", "No"), ("", "I do not know yet")))
            return [(key, RadioChoiceField(label, choices=offered), {True: "yes", False: "no"}.get(fact, ""))]
        case "number":
            return [
                (
                    key,
                    IntegerField(label, [optional(), _WHOLE], description=_sentence(question.label)),
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


class LicenseForm(FactsForm):
    """A license the person holds, and what the rules of its renewal ask about it."""

    number = TextField("License number", [needed("Enter the number as printed on the license."), longest(40)])
    issued_on = DateField("Issued on", [needed("Enter the date the license was first issued.")])
    expires_on = DateField("Expires on", [needed("Enter the date the license expires.")])

    def details(self, pack: Pack | None, held: License | None) -> LicenseDetails:
        """What was entered; what was not asked stays as it is held."""
        birth_month = self._entered("birth_month", held.birth_month if held else None)
        return LicenseDetails(
            number=self.number.data,
            issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
            birth_month=int(birth_month) if birth_month else None,
            status=self._entered("status", held.status if held else "active"),
            supervises=self._entered("supervises", held.supervises if held else False),
            completed_topics=self._entered("completed_topics", held.completed_topics if held else ()),
            facts=self.facts(license_questions(pack)) if pack else {},
        )

    def _entered(self, name: str, kept: Any) -> Any:
        return self[name].data if name in self else kept


def license_form(pack: Pack | None, held: License | None = None) -> LicenseForm:
    """A form about a license under these rules, filled with what is known; without rules only its number and dates."""
    told = {key: from_json(value) for key, value in held.facts.items()} if held else {}
    asked, data = _asked(license_questions(pack) if pack else {}, told)
    fields = _asked_of_every_license(pack) if pack else {}
    form: LicenseForm = type("LicenseForm", (LicenseForm,), fields | asked)(obj=held, data=data)
    _hide_optional(form, asked)
    return form


def _asked_of_every_license(pack: Pack) -> dict[str, Any]:
    """The fields about what the program supplies to the rules itself, where these rules use it."""
    fields: dict[str, Any] = {}
    if pack.cycle and pack.cycle.ends == "birth_month":
        fields["birth_month"] = ChoiceField(
            "Your month of birth",
            choices=choices(
                [("", "Not entered"), *((str(month), month_name[month]) for month in range(1, 13))]
            ),
            description="Renewal cycles of this license end with it. Without it the expiration date stands for it.",
        )
    if options := _options(pack, LICENSE_STATUS):
        fields["status"] = RadioChoiceField(
            "Status of the license", choices=choices(options.items()), default=next(iter(options))
        )
    if SUPERVISES in pack.facts:
        fields["supervises"] = BooleanField("I supervise trainees or associates in this renewal period")
    if options := _options(pack, ALREADY_COMPLETED):
        fields["completed_topics"] = ChecklistField(
            "One-time topics you have already proven",
            choices=choices(options.items()),
            description="Taken in an earlier cycle, or proven when you were licensed. They are asked only once.",
        )
    return fields


def _options(pack: Pack, fact: str) -> Mapping[str, str]:
    declared = pack.facts.get(fact)
    return (declared.options if declared else None) or {}


COURSES = ("course", "academic", "discipline")
"""Kinds of credit that a provider gives."""
MOST_HOURS = {"practice_work": 9_999}
"""The most hours of one credit where it is not 200: years of practice may stand in one line."""


class CreditForm(BaseForm):
    """Continuing education earned elsewhere, in the person's own words."""

    kind = ChoiceField("Kind of credit", choices=choices(CREDIT_KIND_LABELS.items()), default="course")
    title = TextField("Title", [needed("Enter the title on the certificate."), longest(200)])
    provider_name = TextField("Provider", [longest(160)])
    completed_on = DateField("Completed on", [needed("Enter the date on the certificate.")])
    minutes = MinutesField("Hours of credit", [needed("Enter the hours on the certificate.")])
    topics = ChecklistField("Topics", choices=choices(TOPIC_LABELS.items()))
    delivery = ChoiceField("How it was given", choices=choices(DELIVERY_LABELS.items()))
    approval_body = ChoiceField(
        "Who approved it", choices=choices([("", "I do not know"), *APPROVAL_BODY_LABELS.items()])
    )
    note = TextAreaField("Note", [optional(), longest(2_000)])

    def offer(self, named: Callable[[str], frozenset[str]]) -> "CreditForm":
        """Offer the kinds, topics and approving bodies that the rules of the person's licenses name.

        ``named`` tells them by attribute of entries; where it names no kinds there are no rules, and everything is offered.
        """
        activities = named("activity")
        if activities:
            kinds = {"course", *activities, *named("credit_kind")}
            topics, bodies = named("topic"), named("approval")
            self.kind.choices = choices(pair for pair in CREDIT_KIND_LABELS.items() if pair[0] in kinds)
            self.topics.choices = choices(pair for pair in TOPIC_LABELS.items() if pair[0] in topics)
            self.approval_body.choices = choices(
                [
                    ("", "I do not know"),
                    *(pair for pair in APPROVAL_BODY_LABELS.items() if pair[0] in {*bodies, "other"}),
                ]
            )
            if not topics:
                del self.topics
            if not bodies:
                del self.approval_body
        return self

    def validate_provider_name(self, field: TextField) -> None:
        """Refuse a course that nobody offered."""
        if not field.data and self.kind.data in COURSES:
            raise ValidationError("Enter who offered the course.")

    def validate_minutes(self, field: MinutesField) -> None:
        """Refuse what is no credit."""
        most = MOST_HOURS.get(self.kind.data, 200)
        if field.data is not None and not 0 < field.data <= most * 60:
            raise ValidationError(
                f"A credit has between 1 minute and {most:,} hours. Check the hours on the certificate."
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
            "topics": self.topics.data if self.topics else [],
            "delivery": self.delivery.data,
            "approval_body": (self.approval_body.data or None) if self.approval_body else None,
            "certificate_number": None,
            "note": self.note.data or "",
        }
