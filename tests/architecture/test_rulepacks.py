"""Rule packs are complete and cited: each is in the register of coverage, and says how sure every value is."""

import pytest

from ceu.adapters.rulepacks import PackLibrary
from ceu.rules.pack import Pack, Rule
from ceu.settings import ROOT

LIBRARY = PackLibrary(ROOT / "ceu" / "rulepacks")
REGISTER = {entry.pack: entry for entry in LIBRARY.coverage()}


def rules() -> list[tuple[Pack, Rule]]:
    return [(pack, rule) for pack in LIBRARY.all() for version in pack.versions for rule in version.rules()]


def test_no_pack_is_refused() -> None:
    assert dict(LIBRARY.refused) == {}


def test_every_pack_is_in_the_register_and_the_other_way_round() -> None:
    """Only what is planned may be in the register without rules."""
    packs = {pack.id for pack in LIBRARY.all()}
    assert packs <= set(REGISTER)
    assert {entry.pack for entry in REGISTER.values() if entry.state != "planned"} <= packs


@pytest.mark.parametrize(("pack", "rule"), rules(), ids=lambda value: value.id)
def test_every_value_is_cited_and_dated(pack: Pack, rule: Rule) -> None:
    assert rule.citation.strip()
    assert rule.as_of <= REGISTER[pack.id].verified_on, "read in a text younger than the reading"
    sources = [pack.sources[source] for source in rule.source]
    if rule.status == "verified":
        assert any(source.primary for source in sources), "verified, but no primary text among its sources"
    if rule.status == "unknown":
        assert rule.amount is None, "an unknown value must not carry a number"


def test_where_the_law_is_silent_the_default_has_a_reason() -> None:
    for pack in LIBRARY.all():
        for policy in pack.policies.values():
            assert policy.reason.strip()
            assert policy.status != "verified" or any(
                pack.sources[source].primary for source in policy.source
            )


def test_packs_hold_data_only() -> None:
    assert {path.suffix for path in (ROOT / "ceu" / "rulepacks").rglob("*") if path.is_file()} == {".yaml"}
