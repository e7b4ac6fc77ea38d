"""What the rules of each supervisee say to a session before it is saved."""

from datetime import date
from typing import Any

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.settings import ROOT
from ceu.supervising.given_remarks import Remark, Ruled, remarks_on
from tests.experience.goals import FACTS

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks")
TODAY = date(2026, 11, 24)


def said(pack: str, *rows: dict[str, Any]) -> list[Remark]:
    base = {"day": date(2026, 11, 16), "minutes": 120, "delivery": "in_person"}
    return remarks_on([{**base, **row} for row in rows], [Ruled(PACKS.get(pack), {})], FACTS, TODAY)


def group(count: int, **facts: Any) -> dict[str, Any]:
    return {"activity": "supervision_group", "head_count": count, **facts}


def test_a_group_of_eight_is_in_order_in_california_and_of_nine_is_not() -> None:
    assert said("us-ca/lmft", group(8)) == []
    (remark,) = said("us-ca/lmft", group(9))
    assert remark.severity == "lost"
    assert "more than eight persons" in remark.sentence
    assert remark.citation == "BPC 4980.43.2(b)(1)"


def test_the_size_is_that_of_each_license() -> None:
    assert said("us-ca/lmft", group(7)) == []
    (remark,) = said("us-wa/lmft", group(7))
    assert "six" in remark.sentence


def test_a_short_segment_of_a_group_is_named() -> None:
    (remark,) = said("us-ca/lmft", group(4, minutes=50))
    assert "at least one continuous hour" in remark.sentence


def test_triadic_of_three_is_void_as_meant() -> None:
    meant = {"activity": "supervision_triadic", "head_count": 3}
    (remark,) = said("us-ca/lmft", meant, group(3))
    assert "one supervisor with two persons" in remark.sentence
    assert remark.severity == "note"
    assert remark.citation


def test_what_a_pack_takes_for_another_kind_is_said() -> None:
    (remark,) = said("us-tx/lpc", {"activity": "supervision_triadic", "head_count": 2})
    assert remark.severity == "note"
    assert "individual supervision" in remark.sentence


@pytest.mark.parametrize("pack", [pack.id for pack in PACKS.all() if pack.kind == "experience"])
def test_an_hour_alone_in_person_is_void_nowhere(pack: str) -> None:
    row = {"activity": "supervision_individual", "head_count": 1, "minutes": 60}
    assert [one for one in said(pack, row) if one.severity == "lost"] == []
