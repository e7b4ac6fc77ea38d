"""Reports of Zoom and Teams: matched, previewed, decided, undone, and counted with everything else that is known."""

from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.audit.models import AuditEntry
from ceu.domain.errors import DomainError
from ceu.live.models import AttendanceReport, Event, ReportRow
from ceu.live.presence_services import confirm_presence, enter_stay
from ceu.live.queries import count_queue, list_rows, standings
from ceu.live.report_services import accept_report, decide_row, place_row, undo_report, upload_report
from tests.live.builders import at, make_event, make_registration

AFTER = at(24 * 60)
HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
ZOOM = HEAD + (
    "Alice E.,alice@example.org,12/01/2026 08:55:00 AM,12/01/2026 09:40:00 AM,45,No\n"
    "Alice E.,alice@example.org,12/01/2026 09:30:00 AM,12/01/2026 10:20:00 AM,50,No\n"
    "Bob Example,,12/01/2026 09:00:00 AM,12/01/2026 10:31:00 AM,91,Yes\n"
    "iPhone,,12/01/2026 09:00:00 AM,12/01/2026 09:45:00 AM,45,Yes\n"
    "iPhone,,12/01/2026 09:46:00 AM,12/01/2026 10:30:00 AM,44,Yes\n"
    "Broken,,yesterday,12/01/2026 10:30:00 AM,44,Yes\n"
)


@pytest.fixture
def event(session: Session, alice: Person, bob: Person, carol: Person) -> Event:
    event = make_event(session)
    for person in (alice, bob, carol):
        make_registration(session, event, person)
    return event


def upload(session: Session, event: Event, actor: Person, text: str = ZOOM) -> AttendanceReport:
    return upload_report(session, AFTER, actor.id, event.sessions[0], "zoom.csv", text.encode())


def present(session: Session, event: Event) -> dict[str, int]:
    return {
        each.registration.name.split()[0]: each.outcomes[0].presence.present
        for each in standings(session, event)
    }


def test_it_works(session: Session, event: Event, dana: Person) -> None:
    report = upload(session, event, dana)
    assert report.sha256 == sha256(ZOOM.encode()).hexdigest()
    assert session.scalars(select(AttendanceReport.data)).one() == ZOOM.encode()
    rows = list_rows(session, report.id)
    assert [row.matched_by for row in rows] == ["email", "email", "name", "", "", ""]
    assert "no date with a time" in rows[-1].problem
    assert present(session, event) == {"Alice": 0, "Bob": 0, "Carol": 0}  # it does not count yet
    accept_report(session, AFTER, dana.id, report)
    assert present(session, event) == {"Alice": 80, "Bob": 90, "Carol": 0}  # the union, clipped
    assert count_queue(session, [event.sessions[0].id]) == {report.id: 2}


def test_what_waits_is_decided_by_staff_for_all_rows_of_the_name(
    session: Session, event: Event, dana: Person
) -> None:
    report = upload(session, event, dana)
    accept_report(session, AFTER, dana.id, report)
    with pytest.raises(DomainError, match="2 rows of reports wait"):
        confirm_presence(session, AFTER, dana.id, event)
    carol = next(each.registration for each in standings(session, event) if each.registration.name[0] == "C")
    row = list_rows(session, report.id)[3]
    assert decide_row(session, AFTER, dana.id, row, carol) == 2
    assert present(session, event)["Carol"] == 89
    assert decide_row(session, AFTER, dana.id, row, None) == 2
    assert (row.matched_by, row.decided_by_id) == ("nobody", dana.id)
    assert present(session, event)["Carol"] == 0
    assert len(confirm_presence(session, AFTER, dana.id, event)) == 3
    with pytest.raises(DomainError, match="could not be read"):
        decide_row(session, AFTER, dana.id, list_rows(session, report.id)[-1], carol)


def test_a_restarted_meeting_has_several_reports_and_each_may_be_undone(
    session: Session, event: Event, dana: Person
) -> None:
    first = HEAD + "Alice E.,alice@example.org,12/01/2026 09:00:00 AM,12/01/2026 09:40:00 AM,40,No\n"
    second = HEAD + "Alice E.,alice@example.org,12/01/2026 09:50:00 AM,12/01/2026 10:30:00 AM,40,No\n"
    reports = [upload(session, event, dana, text) for text in (first, second)]
    for report in reports:
        accept_report(session, AFTER, dana.id, report)
    assert present(session, event)["Alice"] == 80
    with pytest.raises(DomainError, match="very file"):
        upload(session, event, dana, second)
    undo_report(session, AFTER, dana.id, reports[1])
    assert present(session, event)["Alice"] == 40
    with pytest.raises(DomainError, match="was undone"):
        accept_report(session, AFTER, dana.id, reports[1])
    accept_report(session, AFTER, dana.id, upload(session, event, dana, second))
    assert present(session, event)["Alice"] == 80


def test_reports_and_what_staff_entered_are_one_presence(
    session: Session, event: Event, dana: Person
) -> None:
    accept_report(session, AFTER, dana.id, upload(session, event, dana))
    alice = standings(session, event)[0].registration
    enter_stay(session, AFTER, dana.id, event.sessions[0], alice, at(70), at(90), "Line broke")
    assert present(session, event)["Alice"] == 90


def test_a_report_with_sums_only_says_so_and_counts_nothing(
    session: Session, event: Event, dana: Person
) -> None:
    text = "Name (Original Name),User Email,Total Duration (Minutes),Guest\nAlice,alice@example.org,88,No\n"
    report = upload(session, event, dana, text)
    accept_report(session, AFTER, dana.id, report)
    row = session.scalars(select(ReportRow)).one()
    assert (row.begins_at, row.minutes, row.matched_by) == (None, 88, "email")
    assert present(session, event)["Alice"] == 0


@pytest.mark.parametrize("text", ["", "no report", "a,b\n1,2\n"])
def test_what_is_no_report_is_refused_on_its_field(
    session: Session, event: Event, dana: Person, text: str
) -> None:
    with pytest.raises(DomainError) as refused:
        upload(session, event, dana, text)
    assert refused.value.field == "file"


SUMS = "Name (Original Name),User Email,Total Duration (Minutes),Guest\nAlice E.,alice@example.org,80,No\n"


def test_a_sum_counts_from_when_staff_say_it_began(session: Session, event: Event, dana: Person) -> None:
    report = upload(session, event, dana, SUMS)
    accept_report(session, AFTER, dana.id, report)
    [row] = list_rows(session, report.id)
    assert (row.minutes, present(session, event)["Alice"]) == (80, 0)
    with pytest.raises(DomainError, match="do not lie within the session"):
        place_row(session, AFTER, dana.id, row, at(75))
    place_row(session, AFTER, dana.id, row, at(5))
    assert present(session, event)["Alice"] == 80
    place_row(session, AFTER, dana.id, row, at(30))  # a slip is mended
    assert present(session, event)["Alice"] == 60
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "report.row_placed")).all()
    assert [entry.actor_person_id for entry in entries] == [dana.id, dana.id]


def test_a_row_that_tells_its_times_is_not_moved(session: Session, event: Event, dana: Person) -> None:
    report = upload(session, event, dana)
    with pytest.raises(DomainError, match="tells its own times"):
        place_row(session, AFTER, dana.id, list_rows(session, report.id)[0], at(0))
