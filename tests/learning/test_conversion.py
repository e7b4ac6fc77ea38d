"""Attempts from the time of plain choices keep their score, and what they showed gives it again; evaluations keep their words."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from flask import Flask

from ceu.app import create_app
from ceu.learning.testing import course_test
from ceu.settings import ROOT, Settings


def number_of(words: str) -> int:
    """The number of the migration of this name."""
    found = (ROOT / "migrations" / "versions").glob(f"*_{words}.py")
    return next(int(path.name[:4]) for path in found)


KINDS = number_of("questions_of_every_kind")
NOW = "2026-11-24 17:00:00.000000"
EVALUATIONS = number_of("evaluations_without_names")

OPTIONS = [
    {"id": name, "text": name.title(), "correct": name == "right", "feedback": "Because."}
    for name in ("right", "off")
]
QUESTIONS = [
    {"id": f"q{n}", "objective": "hear", "lesson": "hearing", "stem": "What?", "options": OPTIONS}
    for n in (1, 2)
]
SHOWN = [
    {
        "id": f"q{n}",
        "stem": "What?",
        "options": [{"id": "off", "text": "Off"}, {"id": "right", "text": "Right"}],
    }
    for n in (2, 1)
]


def _rows(table: str, **values: Any) -> tuple[str, list[Any]]:
    data = [json.dumps(value) if isinstance(value, list | dict) else value for value in values.values()]
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", data


def test_old_attempts_are_converted(site: Flask, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    settings, config = _old(path)
    now = NOW
    rows = [
        _rows("person", id=1, email="c@example.org", name="C", time_zone="UTC", created_at=now, password_hash="x"),
        _rows("organization", id=1, name="O", created_at=now),
        _rows("provider", id=1, organization_id=1, legal_name="O", address="", phone="", email="", designee_name="", designee_title=""),
        _rows("course", id=1, provider_id=1, slug="s", created_at=now),
        _rows(
            "course_version", id=1, course_id=1, number=1, title="T", summary="S", level="introductory", delivery="x", topics=[],
            words=1, minutes=60, pass_mark=80, outline={"attempts": 3}, assessment=QUESTIONS, digest="d", published_at=now,
        ),
        _rows("lesson", id=1, version_id=1, position=1, slug="hearing", title="H", words=1, html=""),
        _rows("enrollment", id=1, person_id=1, version_id=1, enrolled_at=now),
        _rows(
            "attempt", id=1, enrollment_id=1, number=1, shown=SHOWN, answers={"q1": "right", "q2": "off"}, correct=1, total=2,
            passed=0, started_at=now, submitted_at=now,
        ),
        _rows("attempt", id=2, enrollment_id=1, number=2, shown=SHOWN, answers={}, total=2, started_at=now),
    ]  # fmt: skip
    with create_app(settings, site.extensions["ceu.outside"]).app_context():
        command.upgrade(config, f"{KINDS - 1:04d}")
        _insert(path, rows)
        command.upgrade(config, f"{KINDS:04d}")
    sent, begun, version, lessons = _read(path)
    assert (sent["earned"], sent["possible"], json.loads(sent["marks"])) == ("1", "2", {"q2": "0", "q1": "1"})
    assert (begun["earned"], begun["possible"], json.loads(begun["marks"])) == (None, "2", {})
    assert (version["attempts_allowed"], json.loads(version["test_rules"]), lessons) == (3, {}, 1)
    test = course_test(json.loads(version["assessment"]), {}, version["pass_mark"])
    score = test.score(json.loads(sent["shown"]), json.loads(sent["answers"]))
    assert (str(score.whole.earned), test.passes(score.whole)) == ("1", False)
    assert {item["kind"] for item in json.loads(begun["shown"])} == {"choice"}
    with create_app(settings, site.extensions["ceu.outside"]).app_context():
        command.downgrade(config, f"{KINDS - 1:04d}")
    assert [row["correct"] for row in _read(path)[:2]] == [1, None]


def test_old_evaluations_keep_their_answers_and_whose_they_are(site: Flask, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    settings, config = _old(path)
    with create_app(settings, site.extensions["ceu.outside"]).app_context():
        command.upgrade(config, f"{EVALUATIONS - 1:04d}")
        answers = {"ratings": {"a": 4}, "texts": {"b": "Well"}, "comment": "Thanks"}
        rows = [
            _rows("person", id=1, email="c@example.org", name="C", time_zone="UTC", created_at=NOW, password_hash="x"),
            _rows("organization", id=1, name="O", created_at=NOW),
            _rows("provider", id=1, organization_id=1, legal_name="O", address="", phone="", email="", designee_name="", designee_title=""),
            _rows("course", id=1, provider_id=1, slug="s", created_at=NOW),
            _rows(
                "course_version", id=1, course_id=1, number=1, title="T", summary="S", level="introductory", delivery="x", topics=[],
                words=1, minutes=60, pass_mark=80, outline={}, assessment=[], digest="d", published_at=NOW, test_rules={}, credits={},
                price_cents=0, currency="USD", minimum_minutes=0,
            ),
            _rows("enrollment", id=7, person_id=1, version_id=1, enrolled_at=NOW),
            _rows("evaluation", id=1, enrollment_id=7, submitted_at=NOW, **answers),
        ]  # fmt: skip
        _insert(path, rows)
        command.upgrade(config, f"{EVALUATIONS:04d}")
        kept = _evaluation(path)
        assert json.loads(kept["answers"]) == {"a": 4, "b": "Well", "": "Thanks"}
        assert kept["enrollment_id"] == 7
        command.downgrade(config, f"{EVALUATIONS - 1:04d}")
    kept = _evaluation(path)
    assert (json.loads(kept["ratings"]), json.loads(kept["texts"])) == ({"a": 4}, {"b": "Well"})
    assert kept["comment"] == "Thanks"


def _old(path: Path) -> tuple[Settings, Config]:
    settings = Settings(
        folder=path.parent,
        database_url=f"sqlite:///{path}",
        mail_url=f"folder:{path.parent / 'mail'}",
        site_url="http://localhost",
        secret_key="a secret for tests, of no use elsewhere",
    )
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return settings, config


def _insert(path: Path, rows: list[tuple[str, list[Any]]]) -> None:
    connection = sqlite3.connect(path)
    for statement, data in rows:
        connection.execute(statement, data)
    connection.commit()
    connection.close()


def _evaluation(path: Path) -> Any:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    found = connection.execute("SELECT * FROM evaluation").fetchone()
    connection.close()
    return found


def _read(path: Path) -> tuple[Any, Any, Any, int]:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    sent, begun = connection.execute("SELECT * FROM attempt ORDER BY id").fetchall()
    version = connection.execute("SELECT * FROM course_version").fetchone()
    lessons = connection.execute("SELECT count(*) FROM lesson").fetchone()[0]
    connection.close()
    return sent, begun, version, lessons
