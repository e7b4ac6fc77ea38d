"""What a person wishes of a plan."""

from collections.abc import Mapping

from ceu.catalog.models import CourseVersion
from ceu.licenses.forms import ChecklistField
from ceu.planning.planner import Preferences
from ceu.web.forms import BaseForm, BooleanField, ChoiceField, RadioChoiceField, choices, id_or_none


class PlanForm(BaseForm):
    """Sent by GET, so that a plan has an address."""

    class Meta:
        csrf = False

    delivery = ChoiceField(
        "How courses take place",
        choices=choices(
            [
                ("", "In any way"),
                ("live", "Only live: in person or live online"),
                ("online", "Only online: live or self-paced"),
            ]
        ),
        default="",
    )
    prefer = RadioChoiceField(
        "Prefer", choices=choices([("hours", "Fewer hours"), ("courses", "Fewer courses")]), default="hours"
    )
    offered = BooleanField("Only courses I can enroll in now")
    without = ChecklistField("Courses left out", coerce=id_or_none, validate_choice=False)

    def offer(self, courses: Mapping[int, CourseVersion]) -> "PlanForm":
        """Show the courses that are left out, as far as there are such."""
        left_out = [course for course in self.without.data or () if course in courses]
        self.without.data = left_out
        self.without.choices = choices((course, courses[course].title) for course in sorted(set(left_out)))
        return self

    def preferences(self) -> Preferences:
        """What was chosen; nothing in particular while the form holds mistakes."""
        if self.errors:
            return Preferences()
        return Preferences(
            delivery=self.delivery.data or "",
            prefer=self.prefer.data,
            begun=not self.offered.data,
            without=frozenset(self.without.data),
        )
