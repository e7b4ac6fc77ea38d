"""Keeping tags, focus and reflections with an entry."""

from dataclasses import replace

from sqlalchemy import delete
from sqlalchemy.orm import Session

from ceu.experience.models import Entry
from ceu.experience.own_models import EntryAside, EntryTag
from ceu.experience.own_queries import list_recent_tags
from ceu.experience.own_words import OwnWords, check_identifiers, check_own_words, tidy_tags


def keep_own_words(session: Session, entry: Entry, own: OwnWords, *, is_new: bool = False) -> None:
    """Let these stand with an entry instead of what stood there; with a new one (``is_new``) nothing did.

    Raises DomainError for what cannot be kept, and for words, the entry's note among them, that look like a client's
    identifier without a reason to keep them.
    """
    if own.tags:
        own = replace(own, tags=tidy_tags(own.tags, list_recent_tags(session, entry.person_id)))
    check_own_words(own)
    if not check_identifiers(entry.note, own):
        own = replace(own, kept_because="")
    for table in () if is_new else (EntryTag, EntryAside):
        session.execute(delete(table).where(table.entry_id == entry.id))
    session.add_all(EntryTag(entry_id=entry.id, name=name, person_id=entry.person_id) for name in own.tags)
    if own.focus or own.reflection or own.kept_because:
        session.add(
            EntryAside(
                entry_id=entry.id,
                person_id=entry.person_id,
                focus=own.focus,
                reflection=own.reflection,
                kept_because=own.kept_because,
            )
        )
    session.flush()
