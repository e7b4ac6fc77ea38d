"""The forms of accounts."""

from ceu.accounts.emails import normalize_email
from ceu.accounts.time_zones import DEFAULT, TIME_ZONES
from ceu.domain.errors import DomainError
from ceu.domain.permissions import ROLE_LABELS, Role
from ceu.web.forms import (
    BaseForm,
    ChoiceField,
    EmailField,
    PasswordField,
    RadioChoiceField,
    SelectChoice,
    TextField,
    ValidationError,
    choices,
    longest,
    needed,
)

_ZONE_CHOICES = [SelectChoice(zone.key, zone.label, optgroup=zone.group) for zone in TIME_ZONES]
_PASSWORD_HINT = "At least 12 characters. Several words that have nothing to do with each other are strong and easy to type."


def _is_email(form: BaseForm, field: EmailField) -> None:
    try:
        normalize_email(field.data)
    except DomainError as refusal:
        raise ValidationError(refusal.message) from None


def _email() -> EmailField:
    return EmailField(
        "E-mail address",
        [needed("Enter your e-mail address."), longest(254), _is_email],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def _name() -> TextField:
    return TextField(
        "Legal name",
        [needed("Enter your legal name, as a certificate should print it."), longest(120)],
        description="As certificates and forms of your board print it.",
        render_kw={"autocomplete": "name"},
    )


def _time_zone() -> ChoiceField:
    return ChoiceField(
        "Time zone",
        choices=_ZONE_CHOICES,
        default=DEFAULT,
        description="Decides on which day and in which week an hour falls.",
    )


def _password(label: str = "Password", message: str = "Type your password.") -> PasswordField:
    return PasswordField(
        label, [needed(message), longest(1000)], render_kw={"autocomplete": "current-password"}
    )


def _new_password(label: str) -> PasswordField:
    return PasswordField(
        label,
        [needed("Choose a password."), longest(1000)],
        description=_PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )


class RegisterForm(BaseForm):
    """A new account."""

    name = _name()
    email = _email()
    password = _new_password("Password")
    time_zone = _time_zone()


class AddressForm(BaseForm):
    """An address to send a link to."""

    email = _email()


class ConfirmForm(BaseForm):
    """The password that goes with a confirmation link."""

    password = _password(message="Type the password you chose when you registered.")


class SignInForm(BaseForm):
    """An address and its password."""

    email = _email()
    password = _password()


class NewPasswordForm(BaseForm):
    """A password chosen by way of a reset link."""

    new_password = _new_password("New password")


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    password = _password("Present password", "Type your present password.")


class ProfileForm(BaseForm):
    """What a person can change about themselves."""

    name = _name()
    time_zone = _time_zone()


class OrganizationForm(BaseForm):
    """A new organization."""

    name = TextField(
        "Name",
        [needed("Enter the name of the organization."), longest(120)],
        render_kw={"autocomplete": "organization"},
    )


def _role() -> RadioChoiceField:
    return RadioChoiceField(
        "Role",
        choices=choices((role.value, label) for role, label in ROLE_LABELS.items()),
        default=Role.MEMBER.value,
        description="Administrators manage members and everything else; CE directors manage the provider's approvals "
        "and publish courses; program directors see the trainees who share their log; members belong to the organization.",
    )


class InvitationForm(BaseForm):
    """Whom to invite, and as what."""

    email = EmailField(
        "E-mail address",
        [needed("Enter the address to invite."), longest(254), _is_email],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    role = _role()


class RoleForm(BaseForm):
    """The role of a member."""

    role = _role()
