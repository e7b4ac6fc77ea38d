"""The forms of cohorts, of the trainee's choice what to share, and of exports."""

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from ceu.accounts.emails import normalize_email
from ceu.accounts.models import Organization
from ceu.domain.errors import DomainError
from ceu.licenses.forms import pack_choices
from ceu.programs.export_queries import Span
from ceu.programs.export_tables import BY_KIND, BY_SITE, STUDENTS
from ceu.programs.outlook import SCOPE_LABELS, Scope
from ceu.programs.services import CohortFacts
from ceu.rules.pack import Pack
from ceu.web.forms import (
    BaseForm,
    ChoiceField,
    DateField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    ValidationError,
    choices,
    longest,
    needed,
    optional,
)

MOST_ADDRESSES = 100
_BETWEEN = re.compile(r"[\s,;]+")


class CohortForm(BaseForm):
    """A cohort of a training program."""

    organization = ChoiceField("Organization")
    name = TextField(
        "Name",
        [needed("Enter what the cohort is called."), longest(120)],
        description="For example “MFT, began in fall 2026”.",
        render_kw={"autocomplete": "off"},
    )
    pack_id = ChoiceField(
        "Rules the hours are measured by",
        [needed("Choose the license this cohort works towards.")],
        description="Trainees who work towards this license are measured by it, each by their own dates and readings.",
    )
    starts_on = DateField("Start", [needed("Enter the cohort's first day.")])
    ends_on = DateField(
        "Expected end",
        [needed("Enter by when the hours should be complete.")],
        description="Each member's planned finish begins as this day, and can be changed.",
    )

    def offer(self, organizations: Iterable[Organization], packs: Collection[Pack]) -> "CohortForm":
        """Put these organizations and rules on offer; with one organization there is nothing to choose."""
        self.organization.choices = choices((str(one.id), one.name) for one in organizations)
        self.pack_id.choices = pack_choices(packs)
        if len(self.organization.choices) == 1:
            del self.organization
        return self

    @property
    def facts(self) -> CohortFacts:
        """What was entered."""
        return CohortFacts(self.name.data, self.pack_id.data, self.starts_on.data, self.ends_on.data)


class OfferForm(BaseForm):
    """Whom to ask."""

    emails = TextAreaField(
        "E-mail addresses",
        [needed("Enter the addresses of the trainees."), longest(20_000)],
        description="One or more, each on a line of its own or with commas between. Each gets a link, and chooses what to "
        "share.",
        render_kw={"rows": 6, "autocapitalize": "none", "spellcheck": "false"},
    )
    planned_on = DateField("Planned finish", [needed("Enter by when their hours should be complete.")])

    def validate_emails(self, field: TextAreaField) -> None:
        """Every address must be one."""
        if len(self.addresses) > MOST_ADDRESSES:
            raise ValidationError(f"These are more than {MOST_ADDRESSES} addresses. Send some of them later.")
        for address in self.addresses:
            try:
                normalize_email(address)
            except DomainError:
                raise ValidationError(
                    f"“{address[:60]}” is not an e-mail address. Type it like name@example.org."
                ) from None

    @property
    def addresses(self) -> list[str]:
        """The addresses one by one."""
        return [part for part in _BETWEEN.split(self.emails.data or "") if part]


class PlanForm(BaseForm):
    """By when a member is to be done."""

    planned_on = DateField("Planned finish", [needed("Enter by when the hours should be complete.")])


class SharingForm(BaseForm):
    """What a trainee shares, and from when their weeks are shown."""

    scope = RadioChoiceField(
        "What I share", [needed("Choose what to share.")], choices=choices(SCOPE_LABELS.items())
    )
    weeks_from = DateField(
        "My weeks from",
        [optional()],
        description="Only if you share your weeks: those that begin on this day or later are shown.",
    )

    def validate_weeks_from(self, field: DateField) -> None:
        """Needed where weeks are shared."""
        if self.scope.data == Scope.WEEKS and field.data is None and not field.errors:
            raise ValidationError("Enter the day from which your weeks are shown.")


XLSX, CSV_STUDENTS, CSV_KINDS, CSV_SITES, CSV_DICTIONARY = "xlsx", "students", "kinds", "sites", "dictionary"
SIGNED, LOGGED = "signed", "logged"


class ExportForm(BaseForm):
    """What to take away of a cohort: whole months, so that totals tell nothing of single days."""

    first = ChoiceField("From")
    last = ChoiceField("Through")
    basis = RadioChoiceField(
        "Hours",
        choices=choices([(SIGNED, "Signed by a supervisor"), (LOGGED, "All logged, signed or not")]),
        default=SIGNED,
    )
    file = RadioChoiceField(
        "File",
        choices=choices(
            [
                (XLSX, "Workbook (XLSX) with all tables and the data dictionary"),
                (CSV_STUDENTS, f"CSV: {STUDENTS.lower()}, one row each"),
                (CSV_KINDS, f"CSV: {BY_KIND.lower()}"),
                (CSV_SITES, f"CSV: {BY_SITE.lower()}"),
                (CSV_DICTIONARY, "CSV: data dictionary"),
            ]
        ),
        default=XLSX,
    )

    def over(self, begins: date, today: date) -> "ExportForm":
        """Offer the months from one day through today, the latest first."""
        months = _months(begins, today)
        named = [(month.isoformat(), f"{month:%B %Y}") for month in months]
        self.first.choices = choices([("", "The first entry"), *named])
        self.last.choices = choices([("", "The last entry"), *named])
        return self

    def validate_last(self, field: Any) -> None:
        """The end must not come before the beginning."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError("The last month comes before the first. Change one of them.")

    @property
    def span(self) -> Span:
        """The days that were chosen."""
        first = date.fromisoformat(self.first.data) if self.first.data else None
        last = _end_of_month(date.fromisoformat(self.last.data)) if self.last.data else None
        return Span(first, last)


def _months(begins: date, today: date) -> list[date]:
    month, months = begins.replace(day=1), []
    while month <= today:
        months.append(month)
        month = _end_of_month(month) + timedelta(days=1)
    return months[::-1]


def _end_of_month(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
