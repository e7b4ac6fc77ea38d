"""a question of its own for each fact: answers go where they mean the same, and are asked anew where it cannot be told."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

Renamed = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Old name -> new name (or the old one, where it stays) -> the packs that ask it."""

PERSON: Renamed = {
    "degree_awarded_on": {
        "counseling_degree_awarded_on": (
            "us-co/lpc",
            "us-nc/lcmhc",
            "us-az/lpc",
            "us-nj/lpc",
            "us/ccmhc",
            "us-mn/lpcc",
            "us-ma/lmhc",
            "us-pa/lpc",
            "us-ga/lpc",
            "us-or/lpc",
            "us-wa/lmhc",
        ),
        "social_work_degree_awarded_on": ("us-ny/lcsw", "us-va/lcsw", "us-il/lcsw", "us-wa/licsw"),
        "aca_qualification_awarded_on": ("au/aca-level3",),
        "pacfa_graduated_on": ("au/pacfa-clinical",),
        "bacp_core_training_awarded_on": ("gb/bacp-accreditation",),
        "iacp_core_training_qualified_on": ("ie/iacp-accreditation",),
        "degree_awarded_on": ("us-ca/lmft", "us-il/lmft", "us-ma/lmft", "us-tx/lmft", "us-wa/lmft"),
    },
    "doctorate_awarded_on": {
        "co_doctorate_awarded_on": ("us-co/lpc",),
        "pa_doctorate_awarded_on": ("us-pa/lpc",),
        "oh_doctorate_awarded_on": ("us-oh/lpcc",),
    },
    "qualifying_degree": {
        "ga_qualifying_degree": ("us-ga/lpc",),
        "oh_qualifying_degree": ("us-oh/lpcc",),
        "mi_qualifying_degree": ("us-mi/lpc",),
    },
    "doctoral_internship": {
        "va_lmft_doctoral_internship": ("us-va/lmft",),
        "va_lpc_doctoral_internship": ("us-va/lpc",),
    },
    "doctoral_internship_hours": {
        "va_lmft_doctoral_internship_hours": ("us-va/lmft",),
        "va_lpc_doctoral_internship_hours": ("us-va/lpc",),
    },
    "application_received_on": {
        "application_received_on": ("us-ca/lmft",),
        "au_aca_level3_application_received_on": ("au/aca-level3",),
        "au_pacfa_clinical_application_received_on": ("au/pacfa-clinical",),
        "au_psyba_5plus1_application_received_on": ("au/psyba-5plus1",),
        "ca_on_crpo_transfer_application_received_on": ("ca-on/crpo-transfer",),
        "gb_bacp_accreditation_application_received_on": ("gb/bacp-accreditation",),
        "ie_iacp_accreditation_application_received_on": ("ie/iacp-accreditation",),
        "az_lpc_application_received_on": ("us-az/lpc",),
        "co_lpc_application_received_on": ("us-co/lpc",),
        "fl_lcsw_application_received_on": ("us-fl/lcsw",),
        "fl_lmft_application_received_on": ("us-fl/lmft",),
        "fl_lmhc_application_received_on": ("us-fl/lmhc",),
        "ga_lpc_application_received_on": ("us-ga/lpc",),
        "il_lcpc_application_received_on": ("us-il/lcpc",),
        "il_lcsw_application_received_on": ("us-il/lcsw",),
        "il_lmft_application_received_on": ("us-il/lmft",),
        "ma_licsw_application_received_on": ("us-ma/licsw",),
        "ma_lmft_application_received_on": ("us-ma/lmft",),
        "ma_lmhc_application_received_on": ("us-ma/lmhc",),
        "mi_lpc_application_received_on": ("us-mi/lpc",),
        "mn_lpcc_application_received_on": ("us-mn/lpcc",),
        "nc_lcmhc_application_received_on": ("us-nc/lcmhc",),
        "nj_lpc_application_received_on": ("us-nj/lpc",),
        "ny_lcsw_application_received_on": ("us-ny/lcsw",),
        "ny_lmft_application_received_on": ("us-ny/lmft",),
        "ny_lmhc_application_received_on": ("us-ny/lmhc",),
        "oh_lpcc_application_received_on": ("us-oh/lpcc",),
        "or_lpc_application_received_on": ("us-or/lpc",),
        "pa_lpc_application_received_on": ("us-pa/lpc",),
        "tx_lcsw_application_received_on": ("us-tx/lcsw",),
        "tx_lmft_application_received_on": ("us-tx/lmft",),
        "tx_lpc_application_received_on": ("us-tx/lpc",),
        "va_lcsw_application_received_on": ("us-va/lcsw",),
        "va_lmft_application_received_on": ("us-va/lmft",),
        "va_lpc_application_received_on": ("us-va/lpc",),
        "us_aamft_approved_supervisor_application_received_on": ("us/aamft-approved-supervisor",),
        "us_ccmhc_application_received_on": ("us/ccmhc",),
        "us_emdria_certified_application_received_on": ("us/emdria-certified",),
    },
}
SETTING: Renamed = {
    "contract_filed_on": {
        "nc_contract_filed_on": ("us-nc/lcmhc",),
        "ga_contract_registered_on": ("us-ga/lpc",),
    },
}
SUPERVISOR: Renamed = {
    "board_approved_on": {
        "az_lpc_supervisor_approved_on": ("us-az/lpc",),
        "fl_supervisor_approved_on": ("us-fl/lcsw", "us-fl/lmft", "us-fl/lmhc"),
        "mi_lpc_supervisor_approved_on": ("us-mi/lpc",),
        "mn_lpcc_supervisor_approved_on": ("us-mn/lpcc",),
        "nc_lcmhc_supervisor_approved_on": ("us-nc/lcmhc",),
        "oh_lpcc_supervisor_approved_on": ("us-oh/lpcc",),
        "tx_lcsw_supervisor_approved_on": ("us-tx/lcsw",),
        "tx_lmft_supervisor_approved_on": ("us-tx/lmft",),
        "tx_lpc_supervisor_approved_on": ("us-tx/lpc",),
        "va_lcsw_supervisor_approved_on": ("us-va/lcsw",),
    },
    "supervision_training": {
        "nj_supervision_training": ("us-nj/lpc",),
        "va_lcsw_supervision_training": ("us-va/lcsw",),
        "va_lpc_supervision_training": ("us-va/lpc",),
    },
    "supervises_since": {
        "wa_licsw_supervises_since": ("us-wa/licsw",),
        "supervises_since": ("ca-on/crpo-independent-practice", "ca-on/crpo-transfer"),
    },
}
LICENSE: Renamed = {
    "jurisprudence_exam_passed": {
        "nc_jurisprudence_exam_taken": ("us-nc/lcmhc-ce",),
        "jurisprudence_exam_passed": ("us-tx/lcsw-ce", "us-tx/lmft-ce", "us-tx/lpc-ce"),
    }
}

fact = sa.table("fact", sa.column("id"), sa.column("person_id"), sa.column("key", sa.String))
goal = sa.table("goal", sa.column("person_id"), sa.column("pack_id"))


def _holder(table: str, *packs: str) -> Any:
    return sa.table(table, sa.column("id"), sa.column("facts", sa.JSON), *map(sa.column, packs))


HOLDERS = (
    (_holder("work_setting", "person_id"), "person_id", SETTING),
    (_holder("supervision", "trainee_id"), "trainee_id", SUPERVISOR),
    (_holder("license", "ce_pack_id"), "ce_pack_id", LICENSE),
)


def upgrade() -> None:
    packs = _packs_of_people()
    _rename_facts_of_people(packs)
    for table, owner, renamed in HOLDERS:
        for row in op.get_bind().execute(sa.select(table)).mappings().all():
            asking = {row[owner]} if owner == "ce_pack_id" else packs.get(row[owner], set())
            facts = dict(_forward(row["facts"], renamed, asking))
            if facts != row["facts"]:
                op.execute(table.update().where(table.c.id == row["id"]).values(facts=facts))


def downgrade() -> None:
    taken = {(row.person_id, row.key) for row in op.get_bind().execute(sa.select(fact)).all()}
    for row in op.get_bind().execute(sa.select(fact).order_by(fact.c.id)).all():
        old = _backward(PERSON).get(row.key, row.key)
        if old == row.key:
            continue
        if (row.person_id, old) in taken:
            op.execute(fact.delete().where(fact.c.id == row.id))
        else:
            taken.add((row.person_id, old))
            op.execute(fact.update().where(fact.c.id == row.id).values(key=old))
    for table, _, renamed in HOLDERS:
        old_names = _backward(renamed)
        for row in op.get_bind().execute(sa.select(table.c.id, table.c.facts)).all():
            facts = {old_names.get(name, name): value for name, value in row.facts.items()}
            if facts != row.facts:
                op.execute(table.update().where(table.c.id == row.id).values(facts=facts))


def _packs_of_people() -> dict[int, set[str]]:
    packs: dict[int, set[str]] = {}
    for row in op.get_bind().execute(sa.select(goal)).all():
        packs.setdefault(row.person_id, set()).add(row.pack_id)
    return packs


def _rename_facts_of_people(packs: Mapping[int, set[str]]) -> None:
    rows = op.get_bind().execute(sa.select(fact).where(fact.c.key.in_(PERSON))).all()
    for row in rows:
        new = _new_name(PERSON[row.key], packs.get(row.person_id, set()))
        if new is None:
            op.execute(fact.delete().where(fact.c.id == row.id))
        elif new != row.key:
            op.execute(fact.update().where(fact.c.id == row.id).values(key=new))


def _forward(facts: Mapping[str, Any], renamed: Renamed, asking: set[str]) -> Iterator[tuple[str, Any]]:
    for name, value in facts.items():
        new = _new_name(renamed[name], asking) if name in renamed else name
        if new is not None:
            yield new, value


def _new_name(names: Mapping[str, tuple[str, ...]], asking: set[str]) -> str | None:
    """What the answer is called now; None where it may have answered several questions, or none that is still asked."""
    found = [name for name, packs in names.items() if asking.intersection(packs)]
    return found[0] if len(found) == 1 else None


def _backward(renamed: Renamed) -> dict[str, str]:
    return {new: old for old, names in renamed.items() for new in names}
