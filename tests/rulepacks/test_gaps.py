"""Between the versions a pack holds it says which text is missing, and nothing is carried over it."""

from datetime import date, timedelta
from typing import Any

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.rules.engine import assess
from ceu.rules.facts import Facts
from ceu.rules.ledger import Ledger
from ceu.rules.mistakes import mistakes
from ceu.rules.pack import Gap, Pack
from ceu.settings import ROOT

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks")
WITH_GAPS = [
    pytest.param(pack, gap, id=f"{pack.id}-{gap.begins}") for pack in PACKS.all() for gap in pack.gaps
]
ROW: dict[str, Any] = {"id": 1, "day": date(2020, 6, 1), "activity": "counseling", "minutes": 60}


@pytest.mark.parametrize(("pack", "gap"), WITH_GAPS)
def test_an_application_in_the_gap_is_told_which_text_is_missing(pack: Pack, gap: Gap) -> None:
    for day in (gap.begins, gap.ends):
        facts = Facts(person={pack.governed_by[0].removeprefix("person."): day})
        found = assess(pack, Ledger.from_rows([ROW]), facts, date(2026, 11, 24))
        assert (found.version_id, found.credited_minutes, found.undetermined_minutes) == (None, (0,), (60,))
        assert [reason.sentence for reason in found.reasons[0]] == [gap.sentence]
    assert pack.version_on(gap.ends + timedelta(days=1)) is not None
    assert pack.gap_on(gap.ends + timedelta(days=1)) is None


def test_a_gap_over_a_version_is_a_mistake() -> None:
    pack = PACKS.get("us-ca/lmft")
    (gap,) = pack.gaps
    for change in ({"ends": date(2026, 1, 1)}, {"begins": date(2020, 12, 31)}, {"ends": date(2020, 1, 1)}):
        wrong = pack.model_copy(update={"gaps": (gap.model_copy(update=change),)})
        assert ("gaps", 0, "begins") in [mistake.place for mistake in mistakes(wrong)]
    wrong = pack.model_copy(update={"gaps": (gap.model_copy(update={"source": ("S99",)}),)})
    assert ("gaps", 0, "source") in [mistake.place for mistake in mistakes(wrong)]
