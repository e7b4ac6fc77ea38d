"""What has happened, said by a lower feature so that a higher one may act in the same transaction."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MembershipChanged:
    """A person has joined or left an organization, or it reads the rules of its members otherwise."""

    person_id: int


@dataclass(frozen=True)
class GoalChanged:
    """A person's goal, or a fact the rules of that goal ask for, was added or changed."""

    person_id: int


@dataclass(frozen=True)
class LogChanged:
    """A person's log, or what the rules ask about its settings and supervisors, was added to or changed."""

    person_id: int


@dataclass(frozen=True)
class AttemptScored:
    """A post-test was submitted and scored."""

    enrollment_id: int


@dataclass(frozen=True)
class LessonRead:
    """A learner has read a lesson, or done its package, for the first time."""

    enrollment_id: int
    lesson_id: int


@dataclass(frozen=True)
class PackageOpened:
    """A learner has opened a part of a content package."""

    launch_id: int


@dataclass(frozen=True)
class PackageTold:
    """A content package has said something new of one of its parts, which said ``completion`` and ``success`` before."""

    part_id: int
    completion: str
    success: str


@dataclass(frozen=True)
class PackageAbandoned:
    """A part of a cmi5 package was opened again, or another one, before it said that it had ended."""

    launch_id: int


@dataclass(frozen=True)
class PackageSatisfied:
    """The parts of these blocks of a cmi5 package (an empty name: of all of it) have met what the package asks of them.

    ``launch_id`` is the opening in which it happened; None when nothing was asked to begin with.
    """

    attempt_id: int
    launch_id: int | None
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class CourseCompleted:
    """A learner has met every requirement of a course: reading, post-test and evaluation."""

    enrollment_id: int
