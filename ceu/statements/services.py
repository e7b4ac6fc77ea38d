"""Recording statements, and passing them on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ceu.adapters.addresses import Fetcher
from ceu.adapters.lrs import Account, Lrs, LrsAway, LrsRefused
from ceu.domain.errors import DomainError
from ceu.packages.cmi5 import NotAllowed
from ceu.packages.cmi5_queries import sitting_of
from ceu.packages.cmi5_services import hear
from ceu.packages.models import PackageLaunch
from ceu.packages.services import hold_open
from ceu.statements.checking import LARGEST_STATEMENT, check_statement
from ceu.statements.models import Statement, StatementDelivery
from ceu.statements.queries import count_of_registration, find_statement, list_waiting

BATCH = 50
MOST = 20_000
"""Statements that the package of one lesson may make of one learner."""


class Conflict(DomainError):
    """Another statement has this id already."""


@dataclass(frozen=True)
class Passed:
    """How many statements were sent and refused, and why sending stopped, if it did."""

    sent: int
    refused: int
    stopped: str | None = None


def record_statement(session: Session, now: datetime, person_id: int, body: dict[str, Any]) -> None:
    """Keep a statement; one that is kept already is that one."""
    known = session.scalar(select(Statement.id).where(Statement.statement_id == body["id"]))
    if known is not None:
        return
    try:
        with session.begin_nested():
            session.add(_row(now, person_id, body))
    except IntegrityError:
        return  # another request said the same at the same moment


def _row(now: datetime, person_id: int, body: dict[str, Any]) -> Statement:
    registration = body.get("context", {}).get("registration")
    return Statement(
        statement_id=body["id"],
        person_id=person_id,
        registration=registration and registration.lower(),
        body=body,
        stored_at=now,
    )


def take_statements(
    session: Session, now: datetime, launch: PackageLaunch, account: Account, bodies: Sequence[Any]
) -> list[str]:
    """Take what an open part of a cmi5 package says, all of it or nothing, and let it count; return the ids.

    Raises DomainError for what is no statement, NotAllowed for what cmi5 does not allow it to say, Conflict for another statement
    under an id that is taken. The same statement again is no error and counts once.
    """
    hold_open(session, launch)
    if count_of_registration(session, launch.attempt.registration) + len(bodies) > MOST:
        raise NotAllowed(f"A package makes at most {MOST:,} statements of one learner.")
    person_id = launch.attempt.enrollment.person_id
    for body in bodies:
        check_statement(body)
        if len(json.dumps(body)) > LARGEST_STATEMENT:
            raise DomainError(f"A statement has at most {LARGEST_STATEMENT:,} bytes.")
        known = find_statement(session, body.get("id", ""))
        if known is None:
            hear(session, now, launch, sitting_of(session, launch, account), body)
            session.add(_row(now, person_id, _stored(body, now, account)))
            session.flush()
        elif _said(known.body) != _said(body) or known.person_id != person_id:
            raise Conflict(f"There is another statement with the id {known.statement_id}.")
    return [body["id"] for body in bodies]


def _stored(body: Mapping[str, Any], now: datetime, account: Account) -> dict[str, Any]:
    """The statement with what the store says of it: when it came, and on whose word it is kept."""
    site = Account(account.home_page, "site")
    return {"version": "1.0.0", **body, "stored": now.isoformat(), "authority": site.as_agent()}


def _said(body: Mapping[str, Any]) -> dict[str, Any]:
    """The statement without what a store may add or change."""
    return {name: value for name, value in body.items() if name not in {"stored", "authority", "version"}}


def pass_on(session: Session, now: datetime, lrs: Lrs, fetcher: Fetcher) -> Passed:
    """Send what waits to the other store, in batches, each noted at once; what cannot be sent waits for the next time."""
    sent = refused = 0
    while waiting := list_waiting(session, BATCH):
        try:
            turned_away = _send(session, now, lrs, fetcher, waiting)
        except LrsAway as away:
            return Passed(sent, refused, str(away))
        refused += turned_away
        sent += len(waiting) - turned_away
        session.flush()
    return Passed(sent, refused)


def _send(session: Session, now: datetime, lrs: Lrs, fetcher: Fetcher, waiting: Sequence[Statement]) -> int:
    """Send them together or, where the store refuses one, each alone; return how many it refused."""
    try:
        lrs.send(fetcher, [statement.body for statement in waiting])
    except LrsRefused as refusal:
        if len(waiting) == 1:
            session.add(StatementDelivery(statement_id=waiting[0].id, at=now, refused=str(refusal)))
            return 1
        return sum(_send(session, now, lrs, fetcher, [statement]) for statement in waiting)
    session.add_all(StatementDelivery(statement_id=statement.id, at=now) for statement in waiting)
    return 0
