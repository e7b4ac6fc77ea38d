"""Reading places, times and notes."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from ceu.catalog.models import Lesson
from ceu.learning.models import Enrollment
from ceu.learning.reader_models import LessonNote, LessonStay

PAGE = 30


def last_stay(session: Session, enrollment_id: int) -> LessonStay | None:
    """Where a learner was last, with the lesson; None before the first report."""
    return session.scalar(
        select(LessonStay)
        .where(LessonStay.enrollment_id == enrollment_id)
        .options(joinedload(LessonStay.lesson))
        .order_by(LessonStay.reported_at.desc(), LessonStay.id.desc())
        .limit(1)
    )


def seconds_read(session: Session, enrollment_id: int) -> int:
    """The measured seconds of reading in all lessons of an enrollment."""
    total = select(func.sum(LessonStay.seconds)).where(LessonStay.enrollment_id == enrollment_id)
    return session.scalar(total) or 0


def find_stay(session: Session, enrollment_id: int, lesson_id: int) -> LessonStay | None:
    """The stay of a learner in one lesson, or None."""
    return session.scalar(
        select(LessonStay).where(LessonStay.enrollment_id == enrollment_id, LessonStay.lesson_id == lesson_id)
    )


def find_note(session: Session, enrollment_id: int, lesson_id: int) -> LessonNote | None:
    """The note of a learner on one lesson, or None."""
    return session.scalar(
        select(LessonNote).where(LessonNote.enrollment_id == enrollment_id, LessonNote.lesson_id == lesson_id)
    )


def list_notes(
    session: Session, person_id: int, search: str = "", after: int | None = None, limit: int | None = PAGE + 1
) -> list[LessonNote]:
    """A person's notes, of the latest courses first, in which every word of ``search`` stands; with course and lesson."""
    wanted = (
        select(LessonNote)
        .join(LessonNote.enrollment)
        .where(Enrollment.person_id == person_id)
        .options(
            joinedload(LessonNote.enrollment).joinedload(Enrollment.version), joinedload(LessonNote.lesson)
        )
        .order_by(LessonNote.id.desc())
        .limit(limit)
    )
    for word in search.split()[:8]:
        wanted = wanted.where(LessonNote.text.icontains(word, autoescape=True))
    if after is not None:
        wanted = wanted.where(LessonNote.id < after)
    return list(session.scalars(wanted))


def list_whole_lessons(session: Session, version_id: int) -> list[Lesson]:
    """The lessons of a version in their order, with their text."""
    return list(
        session.scalars(
            select(Lesson)
            .where(Lesson.version_id == version_id)
            .options(undefer(Lesson.html))
            .order_by(Lesson.position)
        )
    )
