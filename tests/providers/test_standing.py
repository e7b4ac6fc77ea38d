"""Where an approval stands on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from ceu.providers.models import ProviderApproval
from ceu.providers.standing import Standing, find_overlap, is_in_force, standing_on
from tests.factories import FROZEN_NOW

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def approval(
    valid_from: date = date(2026, 1, 1), valid_to: date = date(2026, 12, 31), body: str = "CAMFT"
) -> ProviderApproval:
    return ProviderApproval(
        body=body, number="1000123", valid_from=valid_from, valid_to=valid_to, statement="..."
    )


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        (date(2025, 12, 31), Standing.COMING),
        (date(2026, 1, 1), Standing.IN_FORCE),
        (date(2026, 10, 1), Standing.IN_FORCE),
        (date(2026, 10, 2), Standing.EXPIRING),
        (date(2026, 12, 31), Standing.EXPIRING),
        (date(2027, 1, 1), Standing.EXPIRED),
    ],
)
def test_it_stands_by_its_dates(day: date, standing: Standing) -> None:
    assert standing_on(approval(), day) is standing


def test_struck_out_it_is_worth_nothing() -> None:
    struck = approval()
    struck.struck_at = FROZEN_NOW
    assert standing_on(struck, date(2026, 6, 1)) is Standing.STRUCK
    assert not is_in_force(struck, date(2026, 6, 1))


@given(DAYS, DAYS, DAYS)
def test_it_is_in_force_from_and_through_its_dates(first: date, last: date, day: date) -> None:
    first, last = sorted((first, last))
    assert is_in_force(approval(first, last), day) == (first <= day <= last)


@given(DAYS, DAYS, DAYS, DAYS)
def test_two_overlap_when_they_share_a_day(a: date, b: date, c: date, d: date) -> None:
    (a, b), (c, d) = sorted((a, b)), sorted((c, d))
    shared = max(a, c) <= min(b, d)
    assert (find_overlap([approval(a, b)], "CAMFT", c, d) is not None) == shared


def test_a_renewal_from_the_next_day_overlaps_nothing() -> None:
    assert find_overlap([approval()], "CAMFT", date(2027, 1, 1), date(2027, 12, 31)) is None
    assert find_overlap([approval()], "CAMFT", date(2026, 12, 31), date(2027, 12, 31)) is not None


def test_another_body_is_in_nobodys_way() -> None:
    assert find_overlap([approval()], "APA", date(2026, 1, 1), date(2026, 12, 31)) is None


def test_what_is_struck_out_is_in_nobodys_way() -> None:
    struck = approval()
    struck.struck_at = FROZEN_NOW + timedelta(days=1)
    assert find_overlap([struck], "CAMFT", date(2026, 1, 1), date(2026, 12, 31)) is None
