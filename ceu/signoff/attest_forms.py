"""The forms of attestations and earlier logs: who vouches for what, the evidence, the totals, and the seal."""

from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField

from ceu.adapters.files import LARGEST_FILE
from ceu.domain.experience import ACTIVITY_LABELS, CLIENT_UNIT_LABELS, SUPERVISOR_LICENSE_LABELS, Activity
from ceu.experience.attest_models import Attestation, Backlog
from ceu.experience.forms import SettingChoice, WhyFields, or_blank
from ceu.signoff.attest_records import OWN, RELATIONS, SUPERVISOR, WHYS
from ceu.signoff.attest_services import Asked
from ceu.signoff.backlog_services import Total, Totals
from ceu.web.forms import (
    BaseForm,
    ChoiceField,
    DateField,
    EmailField,
    MinutesField,
    PasswordField,
    RadioChoiceField,
    TextAreaField,
    TextField,
    ValidationError,
    choices,
    longest,
    needed,
    optional,
)

_LICENSES = choices([("", "None"), *SUPERVISOR_LICENSE_LABELS.items()])


class AttestationForm(WhyFields, SettingChoice):
    """Which span, why no supervisor signs it, and who is to vouch for it."""

    first_day = DateField("From the week of", [needed("Enter a day of the first week.")])
    last_day = DateField("Through the week of", [needed("Enter a day of the last week.")])
    why = RadioChoiceField(
        "Why the supervisor does not sign",
        [needed("Choose why the supervisor does not sign.")],
        choices=choices(WHYS.items()),
    )
    why_text = TextAreaField(
        "What happened",
        [needed("Write what happened, and what you tried: the board will ask."), longest(2000)],
    )
    relation = RadioChoiceField("Who vouches for the hours", [needed("Choose who vouches for the hours.")])
    name = TextField("Name", [optional(), longest(120)])
    email = EmailField("E-mail", [optional(), longest(254)])
    license_type = ChoiceField("License", choices=_LICENSES, default="")
    license_number = TextField("License number", [optional(), longest(40)])

    def offer_for(self, backlog: Backlog | None) -> None:
        """Offer who may vouch: who supervised an earlier log may sign it."""
        self.relation.choices = choices(
            (key, label) for key, label in RELATIONS.items() if backlog is not None or key != SUPERVISOR
        )
        if backlog is not None:
            for name in ("setting", "first_day", "last_day"):
                delattr(self, name)

    def asked(self, backlog: Backlog | None) -> Asked:
        """What was typed, as the services take it."""
        return Asked(
            first_day=backlog.first_day if backlog else self.first_day.data,
            last_day=backlog.last_day if backlog else self.last_day.data,
            why=self.why.data,
            why_text=self.why_text.data,
            relation=self.relation.data,
            name=self.name.data or "",
            email=self.email.data or "",
            license_type=self.license_type.data or None,
            license_number=self.license_number.data or "",
            kept_because=self.kept_because.data or "",
        )


class EvidenceForm(WhyFields, BaseForm):
    """A file to attach."""

    file = FileField("File", [needed("Choose the file.")], render_kw={"accept": ".pdf,.png,.jpg,.jpeg"})
    title = TextField("What it is", [needed("Say what it is, such as “weekly logs of 2024”."), longest(120)])

    def validate_file(self, field: FileField) -> None:
        """Text in the place of a file is no file."""
        if not isinstance(field.data, FileStorage):
            raise ValidationError("Choose the file.")

    def data_of_file(self) -> bytes:
        """The bytes of the file, no more of them than show that it is too large."""
        return bytes(self.file.data.read(LARGEST_FILE + 1))


class AttestForm(BaseForm):
    """Seal what was shown: under which license, and the proof of who seals."""

    sha256 = HiddenField()
    license_type = ChoiceField("Your license", choices=_LICENSES, default="")
    license_number = TextField("License number", [optional(), longest(40)])
    password = PasswordField("Your password", [needed("Enter your password: it stands for your signature.")])

    @classmethod
    def of(cls, attestation: Attestation) -> "AttestForm":
        """The form, with the license as it was named; a trainee's own statement names none."""
        form = cls(license_type=attestation.license_type or "", license_number=attestation.license_number)
        if attestation.relation == OWN:
            del form.license_type
            del form.license_number
        return form

    def license(self) -> dict[str, Any]:
        """The license that was typed, as the services take it."""
        if "license_type" not in self._fields:
            return {}
        return {
            "license_type": self.license_type.data or None,
            "license_number": self.license_number.data or "",
        }


class EndForm(WhyFields, BaseForm):
    """End an attestation."""

    reason = TextAreaField("Why it ends", [needed("Write why it ends."), longest(1000)])
    password = PasswordField("Your password", [needed("Enter your password: it stands for your signature.")])


class BacklogForm(WhyFields, SettingChoice):
    """Totals of an earlier log (see ``backlog_form``): a line for every activity, empty where there is nothing."""

    first_day = DateField("From", [needed("Enter the first day of the earlier log.")])
    last_day = DateField("Through", [needed("Enter the last day of the earlier log.")])
    source = TextField(
        "Where the totals come from",
        [needed("Say where they come from, such as “paper logs”."), longest(200)],
    )
    supervisor_name = TextField("Who supervised", [needed("Name who supervised."), longest(120)])
    license_type = ChoiceField("Their license", choices=_LICENSES, default="")
    license_number = TextField("License number", [optional(), longest(40)])
    paper_signed_by = TextField("Signed on paper by", [optional(), longest(120)])
    paper_signed_on = DateField("Signed on paper on", [optional()])
    totals = HiddenField()

    def lines(self) -> list[Any]:
        """The fields of the totals, in the order of the activities."""
        return [self._fields[f"total_{name.replace(':', '_')}"] for name, _ in LINES]

    def facts(self) -> Totals:
        """What was typed, as the services take it."""
        lines = zip(LINES, self.lines(), strict=True)
        return Totals(
            first_day=self.first_day.data,
            last_day=self.last_day.data,
            source=self.source.data,
            supervisor_name=self.supervisor_name.data,
            license_type=self.license_type.data or None,
            license_number=self.license_number.data or "",
            totals=[
                Total(name.partition(":")[0], name.partition(":")[2] or None, field.data)
                for (name, _), field in lines
                if field.data is not None
            ],
            paper_signed_by=self.paper_signed_by.data or "",
            paper_signed_on=self.paper_signed_on.data,
            kept_because=self.kept_because.data or "",
        )


LINES: tuple[tuple[str, str], ...] = (
    *(
        (f"{Activity.COUNSELING}:{unit}", f"Counseling: {label.lower()}")
        for unit, label in CLIENT_UNIT_LABELS.items()
    ),
    *((str(name), label) for name, label in ACTIVITY_LABELS.items() if name != Activity.COUNSELING),
)


def backlog_form(backlog: Backlog | None = None) -> BacklogForm:
    """A form over every activity, filled with an earlier log where one is given."""
    fields = {f"total_{name.replace(':', '_')}": MinutesField(label, [or_blank()]) for name, label in LINES}
    made = type("BacklogForm", (BacklogForm,), fields)
    if backlog is None:
        return made()  # type: ignore[no-any-return]
    known = {
        name: getattr(backlog, name)
        for name in (
            "first_day", "last_day", "source", "supervisor_name", "license_number", "paper_signed_by", "paper_signed_on",
        )
    }  # fmt: skip
    totals = {
        "_".join(filter(None, ("total", one["activity"], one["client_unit"]))): one["minutes"]
        for one in backlog.totals
    }
    return made(  # type: ignore[no-any-return]
        setting=backlog.setting_id, license_type=backlog.license_type or "", **known, **totals
    )
