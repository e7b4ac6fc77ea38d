"""What bodies ask is listed whole: every gate with its source, what no gate looks at, and what was not found."""

from dataclasses import fields

import pytest

from ceu.catalog.bodies import BODIES, Asked, Body
from ceu.catalog.standards import BESIDE_GATES, EVERY_COURSE, bodies_known, duties_of
from tests.client import InspectingClient


@pytest.mark.parametrize("code", [*BODIES, "CAMFT", "Nobody"])
def test_every_value_of_a_body_is_listed_once_with_its_status(code: str) -> None:
    body = BODIES.get(code, Body(code))
    asked = [value for field in fields(body) if isinstance(value := getattr(body, field.name), Asked)]
    duties = [duty for duty in duties_of(code) if duty not in BESIDE_GATES.get(code, ())]
    assert len(duties) == len(asked) + (body.rounding is not None)
    assert sum(duty.how == "unknown" for duty in duties) == sum(each.value is None for each in asked)
    assert all(duty.status == "unknown" for duty in duties if duty.how == "unknown")


def test_nobody_promises_what_is_not_known() -> None:
    listed = [duty for duties in (*BESIDE_GATES.values(), EVERY_COURSE) for duty in duties]
    assert all(duty.source and duty.status != "unknown" for duty in listed)
    assert bodies_known() == ["APA", "ASWB", "CAMFT", "NASW", "NBCC"]


def test_anybody_may_read_it(client: InspectingClient) -> None:
    page = client.get("/courses/standards")
    for text in (
        "NASW",
        "10 questions are asked for the first hour, and 5 more for each begun 60 minutes after it.",
        "The pass mark is at least 75 %.",
        "Said before publishing",
        "A social worker who is no author takes part in planning.",
        "Pass mark: not found. Ask the body.",
        "Not checked here",
    ):
        assert text in page.main
