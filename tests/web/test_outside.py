"""The clock where the reader lives."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.web.filters import day_or_date
from tests.client import InspectingClient
from tests.factories import make_person


def test_instants_are_shown_where_the_reader_lives(
    client: InspectingClient, session: Session, outside: Outside
) -> None:
    alice = make_person(session)
    outside.clock.set(datetime(2026, 11, 25, 1, 30, tzinfo=UTC))
    client.sign_in(alice)
    assert "24 Nov 2026, 09:00" in client.get("/profile").main  # signed in at 17:00 UTC


def test_dates_of_stored_documents_are_read() -> None:
    assert day_or_date("2026-11-06") == day_or_date(date(2026, 11, 6)) == "6 Nov 2026"
