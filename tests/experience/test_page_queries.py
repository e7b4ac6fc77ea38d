"""Every page of a trainee is read with few queries, however long the log."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.experience.assessing import reassess
from ceu.experience.models import Supervision, WorkSetting
from ceu.licenses.services import choose_goal
from tests.client import InspectingClient
from tests.experience.builders import MONDAY
from tests.experience.goals import TODAY, make_goal, make_weeks
from tests.factories import FROZEN_NOW

ROUTES = Path(__file__).parents[1] / "architecture" / "routes.json"
MOST = 12
WHOLE = {"/hours/export/log.json": 23, "/hours/export/log.zip": 23}
"""Files that hold everything there is of a person: a query for each table, whatever the log holds."""

FOR_OTHERS = (
    "attestation_id",
    "backlog_id",
    "favorite_id",
    "import_id",
    "seat_id",
    "token",
    "evidence_id",
    "start",
    "key",
)
"""What not every trainee has: pages about one such thing are tested where it is made."""
PAGES = [
    place
    for line, guard in json.loads(ROUTES.read_text()).items()
    for methods, _, place in [line.partition(" ")]
    if guard == "experience:log_experience"
    and "GET" in methods
    and not any(f"{name}>" in place for name in FOR_OTHERS)
]


@pytest.fixture
def addresses(
    session: Session,
    outside: Outside,
    alice: Person,
    dana: Person,
    bayview: WorkSetting,
    supervision: Supervision,
) -> dict[str, str]:
    """What stands for the parts of an address: Alice has three goals and a log of many weeks, some of them short."""
    goal = make_goal(session, outside, alice)
    for pack in ("us-ca/lpcc", "us-tx/lpc"):
        choose_goal(session, FROZEN_NOW, alice.id, outside.packs.get(pack))
    signed = make_weeks(session, bayview, supervision, MONDAY, 30, entries=2)
    drafts = make_weeks(
        session,
        bayview,
        supervision,
        MONDAY - timedelta(weeks=30),
        30,
        entries=2,
        supervised=False,
        state="draft",
    )
    reassess(session, outside.packs, alice.id, TODAY)
    return {
        "goal_id": str(goal.id),
        "rule_id": "hours.total",
        "entry_id": str(drafts[0].entries[0].id),
        "sheet_id": str(signed[0].id),
        "setting_id": str(bayview.id),
        "supervision_id": str(supervision.id),
        "year": str(MONDAY.year),
    }


@pytest.mark.parametrize("place", PAGES)
def test_a_page_of_a_trainee_takes_few_queries(
    browser: InspectingClient, statements: list[str], addresses: dict[str, str], place: str
) -> None:
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: addresses[part[1]], place)
    statements.clear()
    answer = browser.get(path)
    assert answer.status_code in {200, 302, 303}, path
    assert len(statements) <= WHOLE.get(place, MOST), "\n".join(statements)
