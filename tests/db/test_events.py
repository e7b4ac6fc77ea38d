"""Events are delivered in their transaction, each once, until none is left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ceu.db.events import deliver, discard, emit
from tests.factories import FROZEN_NOW


@dataclass(frozen=True)
class Asked:
    number: int


@dataclass(frozen=True)
class Answered:
    number: int


def test_handlers_hear_in_order_and_may_emit() -> None:
    heard: list[tuple[str, object]] = []

    def answer(session: Session, event: Asked, now: datetime, outside: Any) -> None:
        heard.append((outside, event))
        emit(session, Answered(event.number))

    def note(session: Session, event: Answered, now: datetime, outside: Any) -> None:
        assert now == FROZEN_NOW
        heard.append((outside, event))

    session = Session()
    emit(session, Asked(1))
    emit(session, Asked(2))
    deliver(session, {Asked: [answer], Answered: [note]}, FROZEN_NOW, "outside")
    assert [event for _, event in heard] == [Asked(1), Asked(2), Answered(1), Answered(2)]
    assert {outside for outside, _ in heard} == {"outside"}


def test_the_same_event_is_heard_once() -> None:
    heard: list[object] = []
    session = Session()
    for _ in range(3):
        emit(session, Asked(1))
    deliver(session, {Asked: [lambda session, event, now, outside: heard.append(event)]}, FROZEN_NOW, None)
    deliver(session, {Asked: [lambda session, event, now, outside: heard.append(event)]}, FROZEN_NOW, None)
    assert heard == [Asked(1)]


def test_what_is_discarded_is_not_heard() -> None:
    heard: list[object] = []
    session = Session()
    emit(session, Asked(1))
    discard(session)
    deliver(session, {Asked: [lambda session, event, now, outside: heard.append(event)]}, FROZEN_NOW, None)
    assert heard == []


def test_an_event_nobody_waits_for_is_no_error() -> None:
    session = Session()
    emit(session, Asked(1))
    deliver(session, {}, FROZEN_NOW, None)
