"""The forms around a signature: amending, asking by link, signing by link, and withdrawing."""

from collections.abc import Sequence

from ceu.domain.dates import day_text
from ceu.domain.minutes import clock_text
from ceu.experience.forms import AcceptForm, WhyFields
from ceu.experience.models import WeekSheet
from ceu.licenses.forms import ChecklistField
from ceu.web.forms import (
    BaseForm,
    BooleanField,
    PasswordField,
    TextAreaField,
    TextField,
    choices,
    id_or_none,
    longest,
    needed,
)


class AmendForm(WhyFields, BaseForm):
    """Open a signed week again."""

    reason = TextAreaField(
        "What has to be corrected, and why?",
        [needed("Write what has to be corrected, and why."), longest(2000)],
    )


class AnswerForm(WhyFields, BaseForm):
    """Answer the comment with which a week came back."""

    text = TextAreaField("Your answer", [needed("Write your answer."), longest(2000)])


class AskForm(BaseForm):
    """Choose the weeks to be signed by an e-mailed link."""

    weeks = ChecklistField("Weeks", coerce=id_or_none)

    def offer(self, sheets: Sequence[WeekSheet]) -> None:
        """Offer these weeks."""
        self.weeks.choices = choices(
            (sheet.id, f"{day_text(sheet.week_start)}, {clock_text(sheet.minutes)} hours") for sheet in sheets
        )


class SignerForm(AcceptForm):
    """Who signs by a link, under which license, and the code that proves it."""

    code = TextField("Six-digit code", [needed("Type the six digits we sent you."), longest(20)])
    printed_name = TextField(
        "Your name, as the record prints it",
        [needed("Enter your name as it should be printed."), longest(120)],
    )


class SignByLinkForm(BaseForm):
    """Sign the weeks shown; they come as ``week`` values ``<sheet id>:<sha256>``."""

    attested = BooleanField(
        "I attest this for each of the weeks above",
        [needed("Tick this if you attest it; else return the week.")],
    )


class WithdrawForm(WhyFields, BaseForm):
    """Withdraw a signature."""

    reason = TextAreaField(
        "Why do you withdraw your signature?",
        [needed("Write why you withdraw your signature."), longest(2000)],
    )
    password = PasswordField("Your password", [needed("Enter your password: it stands for your signature.")])
