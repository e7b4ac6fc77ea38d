"""Answers given when several questions shared a name go to the question that was asked, or are asked anew."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask import Flask

from ceu.app import create_app
from ceu.db.extension import db
from ceu.settings import ROOT, Settings

DEGREE, APPLIED = "2024-05-15", "2026-02-01"
BEFORE, AFTER = "0014", "0015"
ADA, BEA, CLEO = 1, 2, 3
GOALS = {
    ADA: ["us-tx/lpc", "us-wa/lmhc"],  # both mean the degree in counseling
    BEA: ["us-ca/lmft", "us-ga/lpc"],  # two degrees: it cannot be told which was meant
    CLEO: ["us-ca/lmft"],
}


@pytest.fixture
def older_site(site: Flask, tmp_path: Path) -> Flask:
    settings = Settings(
        folder=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'older.db'}",
        mail_url=f"folder:{tmp_path / 'mail'}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )
    return create_app(settings, site.extensions["ceu.outside"])


def insert(connection: sa.Connection, table: str, **values: Any) -> None:
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    encoded = {
        name: json.dumps(value) if isinstance(value, dict) else value for name, value in values.items()
    }
    connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), encoded)


def fill(connection: sa.Connection) -> None:
    for person, packs in GOALS.items():
        insert(connection, "person", id=person, email=f"{person}@example.org", name="A", password_hash="", time_zone="UTC", created_at="2026-11-24")  # fmt: skip
        for pack in packs:
            insert(connection, "goal", person_id=person, pack_id=pack, policies={}, organization_policies={}, created_at="2026-11-24")  # fmt: skip
        for key, value in (("degree_awarded_on", DEGREE), ("application_received_on", APPLIED)):
            insert(
                connection,
                "fact",
                person_id=person,
                key=key,
                value=json.dumps(value),
                recorded_at="2026-11-24",
            )
        insert(connection, "work_setting", id=person, person_id=person, name="S", kind="other", employment="employee", practicum=False, began_on="2026-01-01", facts={"contract_filed_on": DEGREE, "directed": True})  # fmt: skip
        insert(connection, "supervision", id=person, trainee_id=person, setting_id=person, invited_name="V", invited_email="v@example.org", token_hash=str(person), invited_at="2026-11-24", facts={"board_approved_on": DEGREE})  # fmt: skip
    for number, pack in enumerate(("us-nc/lcmhc-ce", "us-tx/lpc-ce"), 1):
        insert(connection, "license", id=number, person_id=ADA, ce_pack_id=pack, number="7", issued_on="2019-05-01", expires_on="2027-08-31", status="active", supervises=False, completed_topics="[]", facts={"jurisprudence_exam_passed": True}, policies={}, organization_policies={}, created_at="2026-11-24")  # fmt: skip


def facts_of(table: str) -> list[dict[str, Any]]:
    return [json.loads(facts) for (facts,) in select(f"SELECT facts FROM {table} ORDER BY id")]


def facts_of_people() -> set[tuple[int, str, str]]:
    rows = select("SELECT person_id, key, value FROM fact")
    return {(person, key, json.loads(value)) for person, key, value in rows}


def select(statement: str) -> list[Any]:
    with db.engine.begin() as connection:
        return list(connection.execute(sa.text(statement)))


def test_answers_go_where_they_mean_the_same(older_site: Flask) -> None:
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    with older_site.app_context():
        command.upgrade(config, BEFORE)
        with db.engine.begin() as connection:
            fill(connection)
        command.upgrade(config, AFTER)
        assert facts_of_people() == {
            (ADA, "counseling_degree_awarded_on", DEGREE),
            (ADA, "tx_lpc_application_received_on", APPLIED),
            (CLEO, "degree_awarded_on", DEGREE),
            (CLEO, "application_received_on", APPLIED),
        }
        assert facts_of("work_setting") == [
            {"directed": True},  # nobody asks for a contract now
            {"ga_contract_registered_on": DEGREE, "directed": True},
            {"directed": True},
        ]
        assert facts_of("supervision") == [{"tx_lpc_supervisor_approved_on": DEGREE}, {}, {}]
        assert facts_of("license") == [
            {"nc_jurisprudence_exam_taken": True},
            {"jurisprudence_exam_passed": True},
        ]
        command.downgrade(config, BEFORE)
        assert facts_of_people() == {
            (person, key, value)
            for person in (ADA, CLEO)
            for key, value in (("degree_awarded_on", DEGREE), ("application_received_on", APPLIED))
        }
        assert facts_of("work_setting")[1] == {"contract_filed_on": DEGREE, "directed": True}
        assert facts_of("license") == [{"jurisprudence_exam_passed": True}] * 2
