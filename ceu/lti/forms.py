"""The forms of learning platforms."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField

from ceu.accounts.forms import ProfileForm, SignInForm
from ceu.catalog.models import CourseVersion
from ceu.licenses.forms import ChecklistField
from ceu.lti.choosing import Chosen
from ceu.web.forms import (
    BaseForm,
    RadioChoiceField,
    TextAreaField,
    TextField,
    choices,
    id_or_none,
    longest,
    needed,
    optional,
)

_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def _name() -> TextField:
    return TextField(
        "Name",
        [needed("Enter the name of the platform."), longest(120)],
        description="As your people call it: “Canvas of State University”.",
        render_kw={"autocomplete": "off"},
    )


def _address(label: str, hint: str) -> TextField:
    return TextField(
        label,
        [needed("Enter the address, beginning with https://."), longest(500)],
        description=hint,
        render_kw={**_PLAIN, "inputmode": "url"},
    )


class PlatformForm(BaseForm):
    """A platform of which nothing but its name is known."""

    name = _name()


class RegistrationForm(BaseForm):
    """What the platform says of itself."""

    name = _name()
    issuer = _address("Issuer", "Also called platform id. It must be the same to the letter.")
    client_id = TextField("Client id", [needed("Enter the client id."), longest(255)], render_kw=_PLAIN)
    deployment_ids = TextAreaField(
        "Deployment ids",
        [needed("Enter at least one deployment id.")],
        description="One on a line.",
        render_kw={**_PLAIN, "rows": 3},
    )
    login_url = _address("Authentication request URL", "Also called OIDC authorization URL.")
    token_url = _address(
        "Access token URL", "Where Ceu asks for leave to send grades and to read the roster."
    )
    jwks_url = _address("Public key set URL", "Also called JWKS URL.")
    token_audience = TextField(
        "Audience of token requests",
        [optional(), longest(500)],
        description="Only where the platform names one that is not its access token URL.",
        render_kw=_PLAIN,
    )

    @property
    def answers(self) -> dict[str, Any]:
        """What was typed, by field; the deployment ids as a list."""
        names = ("name", "issuer", "client_id", "login_url", "token_url", "jwks_url", "token_audience")
        lines = (self.deployment_ids.data or "").splitlines()
        typed = {name: self[name].data or "" for name in names}
        return {**typed, "deployment_ids": [line.strip() for line in lines if line.strip()]}


class ChoosingForm(BaseForm):
    """Courses for a platform's course. It stands in a frame, where no cookie is kept: the sealed token proves the choice."""

    class Meta:
        csrf = False

    token = HiddenField()
    courses = ChecklistField("Courses", coerce=id_or_none)

    def offer(self, offers: Sequence[CourseVersion]) -> None:
        """Offer these courses."""
        self._offers = {version.course_id: version for version in offers}
        self.courses.choices = choices((version.course_id, version.title) for version in offers)

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one course must be chosen."""
        if super().validate(extra_validators) and not self.courses.data:
            self.courses.errors = ["Choose a course."]
        return not self.errors

    @property
    def chosen(self) -> list[Chosen]:
        """The courses chosen, in the order they were offered."""
        return [
            Chosen(course_id, version.title, version.summary)
            for course_id, version in self._offers.items()
            if course_id in (self.courses.data or ())
        ]


class ToolForm(BaseForm):
    """Agreeing to be registered. It stands in a platform's frame, where no cookie is kept; its address is the capability."""

    class Meta:
        csrf = False

    openid_configuration = HiddenField()
    registration_token = HiddenField()


class CourseForm(BaseForm):
    """The course that a link opens."""

    course = RadioChoiceField("Course", coerce=id_or_none)

    def offer(self, offers: Sequence[CourseVersion]) -> None:
        """Offer these courses."""
        self.course.choices = choices((version.course_id, version.title) for version in offers)


class NewcomerForm(ProfileForm):
    """Somebody whom a platform sends for the first time: the name that certificates print, and the time zone."""


class AccountForm(SignInForm):
    """The address and password of an account that is there already."""
