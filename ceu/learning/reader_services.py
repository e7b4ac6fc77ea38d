"""What the reader keeps: place, time and notes."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.catalog.models import Lesson
from ceu.learning.models import Enrollment
from ceu.learning.reader_models import LessonNote, LessonStay
from ceu.learning.reader_queries import find_note, find_stay, last_stay
from ceu.learning.reading import believed


def report_reading(
    session: Session, now: datetime, enrollment: Enrollment, lesson: Lesson, *, seconds: int, heading: str
) -> LessonStay:
    """Note where a learner is, and so much of the ``seconds`` claimed as can have passed since their last report."""
    session.refresh(enrollment, ["completed_at"], with_for_update=True)
    last = last_stay(session, enrollment.id)
    stay = find_stay(session, enrollment.id, lesson.id)
    if stay is None:
        stay = LessonStay(enrollment_id=enrollment.id, lesson_id=lesson.id, seconds=0, reported_at=now)
        session.add(stay)
    stay.seconds += believed(seconds, last.reported_at if last else None, now)
    stay.heading, stay.reported_at = heading, now
    session.flush()
    return stay


def keep_note(session: Session, now: datetime, enrollment: Enrollment, lesson: Lesson, text: str) -> None:
    """Keep a learner's note on a lesson in place of the one before; an empty text takes it away."""
    session.refresh(enrollment, ["completed_at"], with_for_update=True)
    note = find_note(session, enrollment.id, lesson.id)
    if note is None and text:
        session.add(LessonNote(enrollment_id=enrollment.id, lesson_id=lesson.id, text=text, updated_at=now))
    elif note is not None and text:
        note.text, note.updated_at = text, now
    elif note is not None:
        session.delete(note)
    session.flush()
