"""What evaluations say together, that nothing is said of too few, and that anonymous ones lead to nobody."""

from collections.abc import Mapping

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.catalog.models import CourseVersion
from ceu.domain.errors import DomainError
from ceu.domain.permissions import Role
from ceu.learning.evaluations import (
    COMMENT,
    FEWEST,
    Answer,
    Item,
    check_answers,
    form_items,
    means_by_version,
    summaries,
    table_of,
    told,
)
from ceu.learning.models import AnonymousEvaluation, Evaluation
from ceu.learning.queries import progress_of
from ceu.learning.services import submit_evaluation
from tests.catalog.builders import make_provider, make_source, make_version, publish_course
from tests.client import InspectingClient
from tests.factories import FROZEN_NOW, make_person
from tests.learning.builders import RATINGS, make_completed, make_passed

GOOD, FAIR = Item("a", "rating", "Good?"), Item("f", "yes_no", "Fair?")
LONG, WHY = Item("l", "choice", "How long?", ("Short", "Long")), Item("b", "text", "Why?")
FORM = [GOOD, FAIR, LONG, WHY, COMMENT]
ITEMS = (
    {"id": "fair", "kind": "yes_no", "prompt": "Was it free of bias?"},
    {"id": "long", "kind": "choice", "prompt": "How long did it take?", "options": ["Short", "Long"]},
    {"id": "clear", "kind": "rating", "prompt": "Spoke clearly.", "about": "presenter"},
)
EVERYTHING: dict[str, Answer] = {
    **{f"objective-{name}": 5 for name in ("hear", "wait", "answer")},
    "presenter-1-clear": 3,
    "fair": "yes",
    "long": "Long",
}


def sheet(rating: int, **more: Answer) -> dict[str, Answer]:
    return {"a": rating, "f": "yes", "l": "Short", "b": f"word {rating}", **more}


SAID = [sheet(rating) for rating in (5, 5, 4, 2, 1)]


def test_answers_are_counted_and_words_are_in_alphabetical_order() -> None:
    good, fair, long, why, comments = summaries([told(1, FORM, 5, SAID)])
    assert good.counts == ((5, 2), (4, 1), (3, 0), (2, 1), (1, 1))
    assert good.mean_text == "3.40"
    assert (fair.counts, fair.mean) == ((("yes", 5), ("no", 0)), None)
    assert long.counts == (("Short", 5), ("Long", 0))
    assert why.words == ("word 1", "word 2", "word 4", "word 5", "word 5")
    assert comments.answers == 0
    assert table_of("1", [good])[1] == ["1", "Good?", "", 5, "3.40", 4, 1]
    assert table_of("1", [why])[0] == ["1", "Why?", "", 5, "", "word 1", 1]


def test_nothing_is_said_of_too_few() -> None:
    assert summaries([told(1, FORM, FEWEST - 1, SAID[: FEWEST - 1])]) == []


def test_versions_count_together_where_they_ask_the_same() -> None:
    few = told(1, FORM, 4, SAID[:4])
    changed = told(3, [Item("a", "rating", "Really good?"), FAIR], 5, SAID)
    good, fair, *_, really = summaries([few, told(2, FORM, 5, SAID), changed])
    assert (good.answers, fair.answers, really.answers) == (5, 10, 5)
    assert means_by_version([few, told(2, FORM, 5, SAID), changed]) == [
        ("Good?", ["–", "3.40", "–"]),
        ("Really good?", ["–", "–", "3.40"]),
    ]


@pytest.mark.parametrize(
    "change",
    [{"a": 6}, {"a": True}, {"a": "5"}, {"f": "maybe"}, {"l": "Never"}, {"l": ""}, {"x": 1}, {"b": 3}],
)
def test_what_was_not_offered_is_refused(change: Mapping[str, Answer]) -> None:
    with pytest.raises(DomainError):
        check_answers(FORM, {**sheet(5), **change})


def test_words_may_be_left_out() -> None:
    assert check_answers(FORM, {"a": 5, "f": "no", "l": "Long", "b": ""}) == {"a": 5, "f": "no", "l": "Long"}


@pytest.fixture
def anonymous(session: Session, alice: Person) -> CourseVersion:
    provider = make_provider(session, (alice, Role.CE_DIRECTOR))
    return make_version(session, provider, anonymous_evaluation=True, evaluation=ITEMS)


def send(session: Session, version: CourseVersion, name: str, **more: Answer) -> None:
    enrollment = make_passed(session, make_person(session, name), version)
    submit_evaluation(session, FROZEN_NOW, enrollment, {**EVERYTHING, **more})
    assert progress_of(session, enrollment).evaluated


def test_an_anonymous_evaluation_leads_to_nobody(session: Session, anonymous: CourseVersion) -> None:
    send(session, anonymous, "learner")
    assert session.scalars(select(Evaluation)).all() == []
    kept = session.scalars(select(AnonymousEvaluation)).one()
    assert kept.answers == EVERYTHING
    columns = {column.key for column in inspect(AnonymousEvaluation).columns}
    assert columns == {"key", "version_id", "answers", "is_told"}


def test_the_rows_do_not_lie_in_the_order_in_which_they_came(
    session: Session, anonymous: CourseVersion
) -> None:
    for place in range(6):
        send(session, anonymous, f"learner-{place}", **{"": str(place)})
    rows = session.execute(select(AnonymousEvaluation.key, AnonymousEvaluation.answers)).all()
    assert len({key for key, _ in rows}) == 6
    if session.get_bind().dialect.name == "sqlite":
        assert [key for key, _ in rows] == sorted(key for key, _ in rows)
        with pytest.raises(Exception, match="no such column"):
            session.connection().exec_driver_sql("select rowid from anonymous_evaluation")


def test_anonymous_evaluations_reach_the_report_five_together(
    client: InspectingClient, session: Session, alice: Person, anonymous: CourseVersion
) -> None:
    client.sign_in(alice)
    seen = []
    for place in range(2 * FEWEST):
        send(session, anonymous, f"learner-{place}")
        page = client.get(f"/shelf/versions/{anonymous.id}/evaluations")
        seen.append(page.main.partition("tells of ")[2].partition(".")[0])
    assert seen == ["0", "0", "0", "0", "5", "5", "5", "5", "5", "10"]
    assert "About A. Writer" in page.main
    assert "Long10 of 10" in page.main


def test_the_form_says_what_becomes_of_the_answers(
    client: InspectingClient, session: Session, carol: Person, anonymous: CourseVersion
) -> None:
    enrollment = make_passed(session, carol, anonymous)
    named = make_passed(session, carol, make_version(session, title="Elsewhere"))
    client.sign_in(carol)
    page = client.get(f"/learning/{enrollment.id}/evaluation")
    assert "Your answers are anonymous." in page.main
    assert "A. Writer: Spoke clearly." in page.main
    assert "keeps which answers are yours" in client.get(f"/learning/{named.id}/evaluation").main


def test_it_is_sent_through_the_form(
    client: InspectingClient, session: Session, carol: Person, anonymous: CourseVersion
) -> None:
    enrollment = make_passed(session, carol, anonymous)
    address = f"/learning/{enrollment.id}/evaluation"
    fields = {
        f"item_{number}": str(EVERYTHING[item.id])
        for number, item in enumerate(form_items(anonymous.outline), start=1)
        if item.offered
    }
    refused = client.sign_in(carol).post(address, data=fields | {"item_6": ""})
    assert (refused.status_code, "Choose an answer." in refused.main) == (422, True)
    assert client.post(address, data=fields).location == f"/learning/{enrollment.id}"
    assert session.scalars(select(AnonymousEvaluation.answers)).one() == EVERYTHING


@pytest.mark.parametrize("number", [FEWEST - 1, FEWEST])
def test_the_provider_sees_enough_or_nothing(
    client: InspectingClient, session: Session, alice: Person, number: int
) -> None:
    version = make_version(session, make_provider(session, (alice, Role.CE_DIRECTOR)))
    for place in range(number):
        make_completed(session, make_person(session, f"learner-{place}"), version)
    client.sign_in(alice)
    for address in (f"/shelf/versions/{version.id}", f"/shelf/courses/{version.course_id}"):
        page = client.get(f"{address}/evaluations")
        assert ("Be able to hear." in page.main) is (number == FEWEST)
        assert ("Be able to hear." in client.get(f"{address}/evaluations.csv").text) is (number == FEWEST)
        assert client.get(f"{address}/evaluations.xlsx").data.startswith(b"PK")
        assert "learner-" not in page.text.casefold()


def test_versions_side_by_side(
    client: InspectingClient, session: Session, alice: Person, statements: list[str]
) -> None:
    first = make_version(session, make_provider(session, (alice, Role.CE_DIRECTOR)))
    for place in range(FEWEST):
        make_completed(session, make_person(session, f"learner-{place}"), first)
    second = publish_course(
        session, FROZEN_NOW, first.course.provider, make_source(title="Listening again"), 60
    )
    for place in range(FEWEST):
        enrollment = make_passed(session, make_person(session, f"later-{place}"), second)
        submit_evaluation(session, FROZEN_NOW, enrollment, {**RATINGS, "overall": 1})
    client.sign_in(alice)
    statements.clear()
    page = client.get(f"/shelf/courses/{first.course_id}/evaluations")
    assert len(statements) <= 6
    assert "The content was current.5.001.00" in page.main
    lines = client.get(f"/shelf/courses/{first.course_id}/evaluations.csv").text.splitlines()
    assert "all,The content was current.,,10,3.00,5,5" in lines
    assert "2,The content was current.,,5,1.00,1,5" in lines


def test_strangers_see_nothing(
    client: InspectingClient, session: Session, carol: Person, alice: Person
) -> None:
    version = make_version(session, make_provider(session, (alice, Role.CE_DIRECTOR)))
    make_provider(session, (carol, Role.CE_DIRECTOR), name="Elsewhere")
    client.sign_in(carol)
    assert client.get(f"/shelf/versions/{version.id}/evaluations").status_code == 404
    assert client.get(f"/shelf/courses/{version.course_id}/evaluations").status_code == 404
    assert client.get("/shelf/courses/999/evaluations").status_code == 404
