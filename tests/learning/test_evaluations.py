"""What evaluations say together, and that nothing is said of too few."""

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.domain.permissions import Role
from ceu.learning.evaluations import FEWEST, Said, summaries, table_of
from tests.catalog.builders import make_provider, make_version
from tests.client import InspectingClient
from tests.factories import make_person
from tests.learning.builders import make_completed

ITEMS = [{"id": "a", "kind": "rating", "prompt": "Good?"}, {"id": "b", "kind": "text", "prompt": "Why?"}]
SAID = [Said({"a": rating}, {"b": f"word {rating}"}, "") for rating in (5, 5, 4, 2, 1)]


def test_ratings_are_counted_and_words_are_in_alphabetical_order() -> None:
    rating, words, comments = summaries(ITEMS, SAID)
    assert rating.counts == ((5, 2), (4, 1), (3, 0), (2, 1), (1, 1))
    assert rating.mean_text == "3.40"
    assert words.words == ("word 1", "word 2", "word 4", "word 5", "word 5")
    assert comments.answers == 0
    assert table_of([rating]) == [["Good?", 5, "3.40", 2, 1, 0, 1, 1, ""]]


def test_nothing_is_said_of_too_few() -> None:
    assert summaries(ITEMS, SAID[: FEWEST - 1]) == []


@pytest.mark.parametrize("number", [FEWEST - 1, FEWEST])
def test_the_provider_sees_enough_or_nothing(
    client: InspectingClient, session: Session, alice: Person, number: int
) -> None:
    version = make_version(session, make_provider(session, (alice, Role.CE_DIRECTOR)))
    for place in range(number):
        make_completed(session, make_person(session, f"learner-{place}"), version)
    address = f"/shelf/versions/{version.id}/evaluations"
    page = client.sign_in(alice).get(address)
    assert ("Be able to hear." in page.main) is (number == FEWEST)
    assert ("Be able to hear." in client.get(f"{address}.csv").text) is (number == FEWEST)
    assert client.get(f"{address}.xlsx").data.startswith(b"PK")
    assert "learner" not in page.text.casefold().replace("what learners say", "")


def test_strangers_see_nothing(
    client: InspectingClient, session: Session, carol: Person, alice: Person
) -> None:
    version = make_version(session, make_provider(session, (alice, Role.CE_DIRECTOR)))
    make_provider(session, (carol, Role.CE_DIRECTOR), name="Elsewhere")
    assert client.sign_in(carol).get(f"/shelf/versions/{version.id}/evaluations").status_code == 404
