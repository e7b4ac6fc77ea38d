"""What packs ask: one fact, one question, for one answer serves them all."""

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.domain.experience import EMPLOYMENT_LABELS, SETTING_KIND_LABELS, SUPERVISOR_LICENSE_LABELS
from ceu.licenses.facts import worded_differently
from ceu.rules.pack import FactDeclaration
from ceu.settings import ROOT

PACKS = PackLibrary(ROOT / "ceu" / "rulepacks").all()
ASKED_BY_THE_SITE = {
    "setting.kind": SETTING_KIND_LABELS,
    "setting.employment": EMPLOYMENT_LABELS,
    "supervisor.license_type": SUPERVISOR_LICENSE_LABELS,
}


def test_the_same_fact_is_asked_by_the_same_question_everywhere() -> None:
    assert worded_differently(PACKS) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Was it?"},
        {"label": "whether it was"},
        {"type": "word"},
        {"assume": True},
        {"options": {"a": "One", "b": "Another"}},
    ],
    ids=str,
)
def test_another_wording_is_found(change: dict[str, object]) -> None:
    asked = FactDeclaration(
        type="yes_no", label="whether it is", question="Is it?", options={"a": "One", "b": "Two"}
    )
    first, second = (
        PACKS[number].model_copy(update={"facts": {"person.it": declared}})
        for number, declared in enumerate((asked, asked.model_copy(update=change)))
    )
    assert worded_differently([first, first.model_copy(update={"id": "us-xx/it"})]) == {}
    assert worded_differently([first, second]) == {"person.it": (first.id, second.id)}


@pytest.mark.parametrize("fact", ASKED_BY_THE_SITE)
def test_what_the_site_asks_itself_is_called_by_its_words(fact: str) -> None:
    words = ASKED_BY_THE_SITE[fact].items()
    for pack in PACKS:
        if fact in pack.facts:
            assert (pack.facts[fact].options or {}).items() <= words, pack.id
