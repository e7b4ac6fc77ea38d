"""Taking away files that nothing names any more: evidence that was removed, uploads whose form was refused."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.adapters.files import FileStore
from ceu.catalog.models import CourseFile
from ceu.experience.attest_models import Evidence

UNNAMED_LIFE = timedelta(days=1)
"""A file is kept before the row that names it is saved; nothing younger is looked at."""
_AT_ONCE = 500


def sweep_files(session: Session, store: FileStore, now: datetime) -> int:
    """Remove kept files that neither evidence nor a course names; returns how many. What a sealed record names stays."""
    old = store.last_put_before(now - UNNAMED_LIFE)
    removed = 0
    for first in range(0, len(old), _AT_ONCE):
        part = old[first : first + _AT_ONCE]
        named: set[str] = set()
        for column in (Evidence.sha256, CourseFile.sha256):
            named.update(session.scalars(select(column).where(column.in_(part))))
        for digest in part:
            if digest not in named:
                store.remove(digest)
                removed += 1
    return removed
