"""A course version in the words of licenses, so that they can say what it would count for. Pure."""

from collections.abc import Sequence

from ceu.catalog.models import CourseVersion
from ceu.catalog.publishing import minutes_before
from ceu.licenses.progress import CourseOffer
from ceu.providers.models import ProviderApproval


def course_key(course_id: int) -> str:
    """How a person's credit names a course of this site, the same in all its versions."""
    return f"course/{course_id}"


def offer_of(version: CourseVersion, approvals: Sequence[ProviderApproval]) -> CourseOffer:
    """The course as it could be taken today; ``approvals`` are the provider's in force."""
    bodies = [approval.body for approval in approvals]
    awarded = [
        minutes_before(version.words, version.minutes, body, version.instruction_minutes, version.credits)
        for body in bodies
    ]
    return CourseOffer(
        course_key=course_key(version.course_id),
        title=version.title,
        minutes=max(awarded, default=version.minutes),
        topics=tuple(version.topics),
        delivery=version.delivery,
        approval_bodies=tuple(body for body, minutes in zip(bodies, awarded, strict=True) if minutes),
    )
