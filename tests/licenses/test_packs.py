"""Packs as features ask for them: in order of places, with every word they use known to the pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.experience import ACTIVITY_LABELS, CLIENT_UNIT_LABELS, DELIVERY_LABELS as MEETING_LABELS
from ceu.licenses.forms import pack_choices
from ceu.licenses.packs import in_order_of_places, named_values, packs_of_kind, taken
from ceu.licenses.words import (
    APPROVAL_BODY_LABELS,
    CREDIT_KIND_LABELS,
    DELIVERY_LABELS,
    JURISDICTION_LABELS,
    TOPIC_LABELS,
)
from ceu.rules.language import Condition, Is, children
from ceu.rules.pack import Pack
from ceu.settings import ROOT
from tests.licenses.builders import HARBOR_PACK, make_shelf

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks")
KNOWN = {
    "experience": {
        "activity": ACTIVITY_LABELS,
        "client_unit": CLIENT_UNIT_LABELS,
        "delivery": MEETING_LABELS,
    },
    "ce": {
        "activity": CREDIT_KIND_LABELS,
        "topic": TOPIC_LABELS,
        "approval": APPROVAL_BODY_LABELS,
        "delivery": DELIVERY_LABELS,
    },
}


@pytest.mark.parametrize("pack", PACKS.all(), ids=lambda pack: pack.id)
def test_every_rule_speaks_of_words_that_can_be_entered(pack: Pack) -> None:
    """A rule about words that no form offers could never be met."""
    assert pack.jurisdiction in JURISDICTION_LABELS
    for part in (
        part for version in pack.versions for _, whole in version.conditions for part in within(whole)
    ):
        if isinstance(part, Is) and (labels := KNOWN[pack.kind].get(part.subject)):
            assert set(part.values) & set(labels), part


def within(condition: Condition) -> Iterator[Condition]:
    """A condition and those inside it."""
    yield condition
    for child in children(condition):
        yield from within(child)


def test_what_rules_name_is_found_wherever_it_stands(tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path)
    assert named_values(shelf, HARBOR_PACK, "activity") == {"course", "presentation", "practice_work"}
    assert named_values(shelf, HARBOR_PACK, "topic") == {"telehealth", "ethics"}
    assert named_values(shelf, HARBOR_PACK, "approval") == frozenset()
    assert named_values(shelf, "us-xx/none", "activity") == frozenset()


def test_units_of_supervision_name_their_activities() -> None:
    named = named_values(PACKS, "us-ca/lmft", "activity")
    assert {"supervision_individual", "supervision_triadic", "supervision_group", "counseling"} <= named
    assert "case_management" not in named


def test_packs_stand_by_place_then_license() -> None:
    ordered = in_order_of_places(reversed(PACKS.all()))
    places = list(JURISDICTION_LABELS)
    assert ordered == sorted(ordered, key=lambda pack: (places.index(pack.jurisdiction), pack.license))


def test_licenses_are_grouped_by_jurisdiction_once_each() -> None:
    packs = packs_of_kind(PACKS, "experience")
    empty, *offered = pack_choices(packs)
    assert (empty.value, len(offered)) == ("", len(packs))
    groups = [choice.optgroup for choice in offered]
    assert len([one for one, before in zip(groups, [None, *groups], strict=False) if one != before]) == len(
        set(groups)
    )
    assert ("us-ca/lmft", "California LMFT", "California") in [
        (choice.value, choice.label, choice.optgroup) for choice in offered
    ]


def test_only_readings_still_on_offer_are_taken(tmp_path: Path) -> None:
    pack = make_shelf(tmp_path).get(HARBOR_PACK)
    assert taken(pack, {"presentations": "again", "gone": "x"}) == {"presentations": "again"}
    assert taken(pack, {"presentations": "never"}) == {}
