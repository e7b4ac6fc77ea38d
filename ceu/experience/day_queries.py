"""Reading favorites, what is planned for a day, and the change that can be taken back."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ceu.domain.errors import NotFound
from ceu.domain.principal import Principal
from ceu.experience.day_models import UNDO_LIFE, Favorite, FavoriteDay, LastChange


def list_favorites(session: Session, person_id: int) -> list[Favorite]:
    """A person's favorites with their settings, by start of the day, then in the order they were made."""
    wanted = select(Favorite).where(Favorite.person_id == person_id).options(joinedload(Favorite.setting))
    favorites = session.scalars(wanted.order_by(Favorite.id))
    return sorted(favorites, key=lambda one: (one.start_minute is None, one.start_minute or 0))


def favorite_for(session: Session, principal: Principal, favorite_id: int) -> Favorite:
    """The principal's own favorite, or NotFound."""
    wanted = select(Favorite).where(Favorite.id == favorite_id, Favorite.person_id == principal.person_id)
    found = session.scalar(wanted.options(joinedload(Favorite.setting)))
    if found is None:
        raise NotFound
    return found


def answered_on(session: Session, person_id: int, day: date) -> set[int]:
    """The ids of the favorites whose plan for this day was confirmed or did not take place."""
    wanted = (
        select(FavoriteDay.favorite_id)
        .join(Favorite, FavoriteDay.favorite_id == Favorite.id)
        .where(Favorite.person_id == person_id, FavoriteDay.day == day)
    )
    return set(session.scalars(wanted))


def find_undo(session: Session, person_id: int, now: datetime) -> LastChange | None:
    """The last change while it can be taken back, or None."""
    change = session.get(LastChange, person_id)
    return change if change is not None and now < change.at + UNDO_LIFE else None
