"""What people keep about an entry for themselves; it goes with the entry, whoever removes it."""

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ceu.db.base import Base


class EntryTag(Base):
    """One tag of an entry; ``person_id`` is the entry's, so that a person's tags are found at once."""

    __tablename__ = "entry_tag"
    __table_args__ = (Index("ix_entry_tag_person_id_name", "person_id", "name"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class EntryAside(Base):
    """The practice focus and the reflection of an entry, where it has one.

    ``kept_because`` is the reason for which words of the entry stay that look like a client's identifier.
    """

    __tablename__ = "entry_aside"
    __table_args__ = (Index("ix_entry_aside_person_id_focus", "person_id", "focus"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    focus: Mapped[str | None] = mapped_column(String(40))
    reflection: Mapped[str] = mapped_column(Text, default="")
    kept_because: Mapped[str] = mapped_column(String(200), default="")
