"""CPU milliseconds and queries of one call, and the floor they are compared with."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


@dataclass(frozen=True)
class Figure:
    """The median CPU time of one call in milliseconds, and the queries it sent."""

    cpu_ms: float
    queries: int = 0


def measure(call: Callable[[], object], engine: Engine | None = None, rounds: int = 25) -> Figure:
    """Call some times to warm up, then measure each of ``rounds`` calls by this process's CPU clock."""
    for _ in range(3):
        call()
    sent = 0

    def count(connection: object, cursor: object, statement: str, *_: object) -> None:
        nonlocal sent
        sent += not statement.startswith("BEGIN")

    if engine is not None:
        event.listen(engine, "before_cursor_execute", count)
        call()
        event.remove(engine, "before_cursor_execute", count)
    times = []
    for _ in range(rounds):
        begun = time.process_time()
        call()
        times.append((time.process_time() - begun) * 1000)
    return Figure(median(times), sent)


_FLOOR_PAGE = """<!doctype html><html lang="en"><head><title>Rows</title></head><body><h1>Rows</h1><table>
{% for row in rows %}<tr><td>{{ row.id }}</td><td>{{ row.title }}</td><td>{{ row.minutes }}</td></tr>
{% endfor %}</table></body></html>"""


def floor(folder: Path) -> Figure:
    """A bare Flask + Flask-SQLAlchemy page of 30 rows from SQLite, without sign-in, layout or headers."""

    class Base(DeclarativeBase):
        pass

    class Row(Base):
        __tablename__ = "row"
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]
        minutes: Mapped[int]

    database = SQLAlchemy(model_class=Base, disable_autonaming=True)
    app = Flask("floor")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'floor.db'}"
    database.init_app(app)

    @app.get("/")
    def rows() -> str:
        found = database.session.scalars(database.select(Row).order_by(Row.id).limit(30)).all()
        return render_template_string(_FLOOR_PAGE, rows=found)

    with app.app_context():
        database.create_all()
        database.session.add_all(Row(title=f"Row {number}", minutes=number) for number in range(30))
        database.session.commit()
        engine = database.engine
    client = app.test_client()
    return measure(lambda: client.get("/"), engine)
