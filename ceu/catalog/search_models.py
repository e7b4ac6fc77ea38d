"""What the catalog is searched by: one narrow row for each course on offer, and the name of the full-text index beside it.

Both say nothing that the versions do not say; ``ceu.catalog.services.follow_offer`` keeps them, and can make them anew.
"""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base

INDEX = "course_search"
"""The full-text index: FTS5 on SQLite, a table with a tsvector on PostgreSQL. Made by a migration, as no model can say it."""


class CourseListing(Base):
    """A version on offer by what a list is narrowed by; wide columns of versions would make that slow.

    ``topics`` are separated and surrounded by blanks.
    """

    __tablename__ = "course_listing"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    level: Mapped[str] = mapped_column(String(20))
    delivery: Mapped[str] = mapped_column(String(20))
    topics: Mapped[str] = mapped_column(String(400))
    minutes: Mapped[int]
    price_cents: Mapped[int]
