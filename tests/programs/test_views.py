"""The program's pages: who may see them, what they say, what they never say, and how many statements they take."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from ceu.accounts.models import Membership, Organization, Person
from ceu.adapters.outside import Outside
from ceu.domain.permissions import Role
from ceu.experience.assessing import reassess
from ceu.experience.models import Entry, Supervision, WeekSheet, WorkSetting
from ceu.experience.queries import hours_by_state
from ceu.licenses.models import Goal
from ceu.programs.models import Cohort, Seat
from ceu.programs.queries import PAGE
from ceu.programs.services import refresh, stop_sharing
from tests.client import InspectingClient, Page
from tests.experience.builders import MONDAY
from tests.experience.goals import TODAY, make_weeks
from tests.factories import FROZEN_NOW, PASSWORD_HASH, make_organization
from tests.programs.builders import make_cohort, make_seat

NEW = {
    "name": "Fall 2026",
    "pack_id": "us-ca/lmft",
    "starts_on": "2026-09-01",
    "ends_on": "2029-06-30",
}


def sent(browser: InspectingClient, path: str, data: dict[str, str] | None = None) -> Page:
    """Send a form, and read the page it leads to."""
    answer = browser.post(path, data=data or {})
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)
    page = browser.get(answer.location)
    assert isinstance(page, Page)
    return page


@pytest.fixture
def logged(
    session: Session, outside: Outside, goal: Goal, bayview: WorkSetting, supervision: Supervision
) -> None:
    """Thirty signed weeks and two that wait, with a note in each entry of the last."""
    make_weeks(session, bayview, supervision, MONDAY, 2, state="submitted")
    make_weeks(session, bayview, supervision, MONDAY - timedelta(weeks=2), 30)
    for entry in session.scalars(select(Entry).where(Entry.day >= MONDAY)):
        entry.note = "a note of my own"
    reassess(session, outside.packs, goal.person_id, TODAY)


class TestCohorts:
    def test_from_nothing_to_a_question(
        self, browser: InspectingClient, harbor: Organization, outside: Outside
    ) -> None:
        page = browser.get("/cohorts")
        assert "No cohorts yet" in page.main
        page = sent(browser, "/cohorts/add", data=NEW)
        assert page.h1 == "Ask trainees"
        page = sent(browser, page.request.path, data={"emails": "a@example.org,\nb@example.org", "planned_on": "2029-06-30"})  # fmt: skip
        assert page.h1 == "Fall 2026"
        assert "a@example.org" in page.main
        assert [mail.to for mail in outside.mailer.sent] == ["a@example.org", "b@example.org"]  # type: ignore[attr-defined]
        assert "/hours/sharing/offers/" in outside.mailer.sent[0].text  # type: ignore[attr-defined]

    def test_mistakes_are_said_on_their_field(self, browser: InspectingClient, cohort: Cohort) -> None:
        page = browser.post("/cohorts/add", data={**NEW, "ends_on": "2026-08-31", "name": "Fall 2026"})
        assert page.status_code == 422
        assert "The expected end must come after the start." in page.main
        page = browser.post(
            f"/cohorts/{cohort.id}/offer",
            data={"emails": "a@example.org nonsense", "planned_on": "2029-06-30"},
        )
        assert page.status_code == 422
        assert "“nonsense” is not an e-mail address" in page.main
        assert "a@example.org nonsense" in page.main

    def test_edit(self, browser: InspectingClient, cohort: Cohort) -> None:
        assert "Fall 2025" in browser.get(f"/cohorts/{cohort.id}/edit").get_data(as_text=True)
        page = sent(browser, f"/cohorts/{cohort.id}/edit", data={**NEW, "name": "Class of 2029"})
        assert page.h1 == "Class of 2029"

    def test_an_offer_is_withdrawn(self, browser: InspectingClient, session: Session, cohort: Cohort) -> None:
        seat = make_seat(session, cohort)
        page = sent(browser, f"/cohorts/seats/{seat.id}/withdraw")
        assert "new@example.org is no longer asked." in page.get_data(as_text=True)
        assert browser.post(f"/cohorts/seats/{seat.id}/withdraw").status_code == 404


class TestWhoMaySee:
    PATHS = ("/cohorts/{cohort}", "/cohorts/{cohort}/edit", "/cohorts/{cohort}/offer", "/cohorts/{cohort}/export",
             "/cohorts/members/{seat}", "/cohorts/members/{seat}/plan")  # fmt: skip

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("role", [None, Role.MEMBER, Role.CE_DIRECTOR, "elsewhere"])
    def test_nobody_else(
        self, client: InspectingClient, session: Session, harbor: Organization, cohort: Cohort, seat: Seat, bob: Person,
        path: str, role: Role | str | None,
    ) -> None:  # fmt: skip
        if role == "elsewhere":
            make_organization(session, (bob, Role.PROGRAM_DIRECTOR), name="Hill Institute")
        elif role is not None:
            session.add(Membership(organization_id=harbor.id, person_id=bob.id, role=role))
        client.sign_in(bob)
        assert client.get(path.format(cohort=cohort.id, seat=seat.id)).status_code == 404

    def test_an_administrator_may(
        self, client: InspectingClient, session: Session, harbor: Organization, cohort: Cohort, bob: Person
    ) -> None:
        session.add(Membership(organization_id=harbor.id, person_id=bob.id, role=Role.ADMINISTRATOR))
        assert client.sign_in(bob).get(f"/cohorts/{cohort.id}").status_code == 200

    def test_nobody_once_sharing_has_stopped(
        self, browser: InspectingClient, session: Session, cohort: Cohort, seat: Seat
    ) -> None:
        browser.post(f"/cohorts/members/{seat.id}/look")
        assert browser.get(f"/cohorts/members/{seat.id}").status_code == 200
        stop_sharing(session, FROZEN_NOW, seat)
        assert browser.get(f"/cohorts/members/{seat.id}").status_code == 404
        assert browser.post(f"/cohorts/members/{seat.id}/look").status_code == 404
        assert "Alice" not in browser.get(f"/cohorts/{cohort.id}").get_data(as_text=True)
        assert "Nobody shares" in browser.get(f"/cohorts/{cohort.id}/export").main

    def test_an_offer_shows_nothing(
        self, browser: InspectingClient, session: Session, cohort: Cohort
    ) -> None:
        seat = make_seat(session, cohort)
        assert browser.get(f"/cohorts/members/{seat.id}").status_code == 404


class TestTheCohort:
    def test_a_line_says_it_all(
        self,
        browser: InspectingClient,
        session: Session,
        outside: Outside,
        cohort: Cohort,
        seat: Seat,
        logged: None,
    ) -> None:
        page = browser.get(f"/cohorts/{cohort.id}")
        assert "No forecast has been made yet." in page.main
        page = sent(browser, f"/cohorts/{cohort.id}/refresh")
        session.refresh(seat)
        assert seat.foreseen_on == TODAY
        [row] = [text for text in page.texts("tr") if text.startswith("Alice Example")]
        hours = hours_by_state(session, seat.person_id or 0)
        assert f"logged {hours.logged // 60}:{hours.logged % 60:02d}" in row
        assert f"signed {hours.signed // 60}:{hours.signed % 60:02d}" in row
        assert "of 3,000 h" in row
        assert "2 weeks wait for a signature, the oldest of 9 Nov 2026." in row
        assert "20 Nov 2026" in row
        assert "Behind" in row
        assert "Planned 31 Dec 2028" in row
        assert "are up to date" in page.get_data(as_text=True)

    def test_a_stale_forecast_says_so(
        self,
        browser: InspectingClient,
        session: Session,
        outside: Outside,
        cohort: Cohort,
        seat: Seat,
        logged: None,
    ) -> None:
        refresh(session, FROZEN_NOW - timedelta(days=7), outside.packs, seat)
        page = browser.get(f"/cohorts/{cohort.id}")
        assert "One forecast is older than the log or this week." in page.main
        assert "As of 17 Nov 2026." in page.main
        seat.log_changed_at = FROZEN_NOW
        assert "As of 17 Nov 2026; the log has changed since." in browser.get(f"/cohorts/{cohort.id}").main

    def test_two_hundred_members_take_few_statements(
        self, browser: InspectingClient, session: Session, cohort: Cohort, statements: list[str]
    ) -> None:
        for number in range(200):
            person = Person(
                email=f"t{number}@example.org", name=f"Trainee {number:03}", password_hash=PASSWORD_HASH,
                time_zone="UTC", created_at=FROZEN_NOW, confirmed_at=FROZEN_NOW,
            )  # fmt: skip
            session.add(person)
            session.flush()
            session.add(Goal(person_id=person.id, pack_id=cohort.pack_id, created_at=FROZEN_NOW))
            seat = make_seat(session, cohort, person)
            seat.severity, seat.slack = number % 4, -(number % 7)
        session.commit()
        statements.clear()
        page = browser.get(f"/cohorts/{cohort.id}")
        asked = [one for one in statements if one.startswith("SELECT")]
        assert len(asked) <= 12, asked
        names, keys = [], []
        path: str | None = f"/cohorts/{cohort.id}"
        while path:
            page = browser.get(path)
            names += [
                row.split(" Cannot")[0]
                for row in page.texts("tr")
                if row.startswith("Trainee 0") or row.startswith("Trainee 1")
            ]
            links = [link.get("href") for link in page.tree.iter("a") if "after=" in (link.get("href") or "")]
            keys.append(path)
            path = links[0] if links else None
        assert len(keys) == 200 // PAGE
        assert len(names) == len(set(names)) == 200
        order = [(int(name[8:]) % 4, -(int(name[8:]) % 7), int(name[8:])) for name in names]
        assert order == sorted(order)

    @pytest.mark.parametrize("key", ["x", "1.2", "1.2.x", ""])
    def test_a_key_that_is_none_is_no_page(self, browser: InspectingClient, cohort: Cohort, key: str) -> None:
        assert browser.get(f"/cohorts/{cohort.id}?after={key}").status_code == 404

    def test_the_list_of_cohorts_counts(self, browser: InspectingClient, cohort: Cohort, seat: Seat) -> None:
        assert "1 cannot tell" in browser.get("/cohorts").main

    def test_the_plan(self, browser: InspectingClient, cohort: Cohort, seat: Seat) -> None:
        assert browser.get(f"/cohorts/members/{seat.id}/plan").h1 == "Planned finish: Alice Example"
        page = sent(browser, f"/cohorts/members/{seat.id}/plan", data={"planned_on": "2030-01-31"})
        assert "Planned 31 Jan 2030" in page.main

    def test_who_has_left_is_let_go(
        self, browser: InspectingClient, session: Session, cohort: Cohort, seat: Seat, alice: Person
    ) -> None:
        page = sent(browser, f"/cohorts/members/{seat.id}/release")
        assert "Alice Example is no longer in the cohort" in page.get_data(as_text=True)
        assert "Nobody shares a log yet" in page.main
        assert browser.post(f"/cohorts/members/{seat.id}/release").status_code == 404
        browser.sign_in(alice)
        assert "Ended" in browser.get("/hours/sharing").main


class TestOneTrainee:
    def test_a_look_is_noted_before_anything_is_shown(
        self, browser: InspectingClient, session: Session, seat: Seat, logged: None, alice: Person
    ) -> None:
        page = browser.get(f"/cohorts/members/{seat.id}")
        assert "half an hour" in page.main
        assert "3,000" not in page.main
        page = sent(browser, f"/cohorts/members/{seat.id}/look")
        assert page.h1 == "Alice Example"
        assert "of 3,000 h" in page.main
        assert "Week of" in page.main
        text = page.get_data(as_text=True)
        assert "a note of my own" not in text
        assert "/hours/" not in text.partition("<main")[2].partition("</main>")[0]
        browser.sign_in(alice)
        page = browser.get(f"/hours/sharing/{seat.id}")
        assert "Erin Example" in page.main
        assert "Opened your page" in page.main

    def test_totals_alone_show_no_weeks(
        self, browser: InspectingClient, session: Session, seat: Seat, logged: None
    ) -> None:
        seat.scope, seat.weeks_from = "totals", None
        page = sent(browser, f"/cohorts/members/{seat.id}/look")
        assert "shares totals and requirements only" in page.main
        assert "Week of" not in page.main
        assert "of 3,000 h" in page.main

    def test_weeks_page_by_key(
        self, browser: InspectingClient, session: Session, seat: Seat, logged: None
    ) -> None:
        page = sent(browser, f"/cohorts/members/{seat.id}/look")
        [older] = [link.get("href") for link in page.tree.iter("a") if "before=" in (link.get("href") or "")]
        page = browser.get(older)
        assert len([row for row in page.texts("tr") if "Bayview Clinic" in row]) == 32 - 26
        assert browser.get(f"/cohorts/members/{seat.id}?before=2026-13-01.1").status_code == 404

    def test_without_the_goal(self, browser: InspectingClient, seat: Seat) -> None:
        page = sent(browser, f"/cohorts/members/{seat.id}/look")
        assert "not among this person" in page.main


class TestExport:
    def test_the_workbook_agrees_with_the_log(
        self,
        browser: InspectingClient,
        session: Session,
        cohort: Cohort,
        seat: Seat,
        logged: None,
        alice: Person,
    ) -> None:
        assert browser.get(f"/cohorts/{cohort.id}/export").h1 == "Export for accreditation"
        answer = browser.post(
            f"/cohorts/{cohort.id}/export", data={"first": "", "last": "", "basis": "logged", "file": "xlsx"}
        )
        book = load_workbook(BytesIO(answer.data))
        assert book.sheetnames == ["Students", "Hours by kind", "Sites and supervisors", "Data dictionary"]
        heads, row = list(book["Students"].values)
        student = dict(zip(heads, row, strict=True))
        hours = hours_by_state(session, alice.id)
        assert student["Student"] == "Alice Example"
        assert student["Hours in all"] == round(hours.logged / 60, 2)
        assert student["Supervision"] == student["Individual supervision"] == 32
        assert student["Individual share of supervision, percent"] == 100
        assert student["Direct: couples and families"] == student["Direct contact"]
        assert "98765" in student["Supervisors"]
        explained = {column for table, column, *_ in book["Data dictionary"].values if table == "Students"}
        assert explained == set(heads)
        browser.sign_in(alice)
        assert "Took the cohort" in browser.get(f"/hours/sharing/{seat.id}").main

    def test_signed_hours_of_some_months(
        self, browser: InspectingClient, session: Session, cohort: Cohort, seat: Seat, logged: None
    ) -> None:
        data = {"first": "2026-10-01", "last": "2026-10-01", "basis": "signed", "file": "kinds"}
        text = browser.post(f"/cohorts/{cohort.id}/export", data=data).get_data(as_text=True)
        minutes = sum(int(line.split(",")[8]) for line in text.splitlines()[1:])
        wanted = session.scalars(
            select(Entry).join(WeekSheet).where(
                Entry.day.between(date(2026, 10, 1), date(2026, 10, 31)), WeekSheet.state == "signed"
            )
        )  # fmt: skip
        assert minutes == sum(entry.minutes for entry in wanted) > 0

    @pytest.mark.parametrize("file", ["students", "sites", "dictionary"])
    def test_every_table_comes_as_csv(
        self, browser: InspectingClient, cohort: Cohort, seat: Seat, logged: None, file: str
    ) -> None:
        data = {"first": "", "last": "", "basis": "signed", "file": file}
        answer = browser.post(f"/cohorts/{cohort.id}/export", data=data)
        assert answer.mimetype == "text/csv"
        assert f"cohort-{file}-2026-11-24.csv" in answer.headers["Content-Disposition"]
        again = browser.post(f"/cohorts/{cohort.id}/export", data=data)
        assert again.data == answer.data

    def test_an_end_before_the_beginning(self, browser: InspectingClient, cohort: Cohort, seat: Seat) -> None:
        data = {"first": "2026-10-01", "last": "2026-09-01", "basis": "signed", "file": "xlsx"}
        page = browser.post(f"/cohorts/{cohort.id}/export", data=data)
        assert page.status_code == 422
        assert "comes before the first" in page.main

    def test_other_cohorts_are_not_in_it(
        self,
        browser: InspectingClient,
        session: Session,
        harbor: Organization,
        cohort: Cohort,
        seat: Seat,
        bob: Person,
    ) -> None:
        other = make_cohort(session, harbor, name="Fall 2024")
        make_seat(session, other, bob)
        data = {"first": "", "last": "", "basis": "signed", "file": "students"}
        text = browser.post(f"/cohorts/{cohort.id}/export", data=data).get_data(as_text=True)
        assert "Alice Example" in text
        assert "Bob Example" not in text


class TestTheTrainee:
    @pytest.fixture
    def browser(self, client: InspectingClient, alice: Person) -> InspectingClient:
        """Alice's browser."""
        return client.sign_in(alice)

    def test_she_chooses_changes_and_stops(
        self, browser: InspectingClient, session: Session, cohort: Cohort, goal: Goal
    ) -> None:
        make_seat(session, cohort)
        assert "No training program sees your log" in browser.get("/hours/sharing").main
        page = browser.get("/hours/sharing/offers/token")
        assert page.h1 == "Share your hours with Harbor Institute?"
        page = browser.post("/hours/sharing/offers/token", data={"scope": "weeks", "weeks_from": ""})
        assert page.status_code == 422
        assert "Enter the day from which your weeks are shown." in page.main
        page = sent(browser, "/hours/sharing/offers/token", data={"scope": "totals", "weeks_from": ""})
        assert page.h1 == "What Harbor Institute sees"
        here = page.request.path
        page = sent(browser, here, data={"scope": "weeks", "weeks_from": "2026-10-01"})
        assert "Saved" in page.get_data(as_text=True)
        seat = session.scalars(select(Seat)).one()
        assert (seat.scope, seat.weeks_from) == ("weeks", date(2026, 10, 1))
        page = sent(browser, f"{here}/stop")
        assert "Ended" in page.main
        assert "Stop sharing now" not in browser.get(here).main

    def test_a_link_that_is_dead(self, browser: InspectingClient, session: Session, cohort: Cohort) -> None:
        make_seat(session, cohort, expires_at=FROZEN_NOW)
        for answer in (
            browser.get("/hours/sharing/offers/token"),
            browser.post("/hours/sharing/offers/token", data={"scope": "totals"}),
            browser.post("/hours/sharing/offers/token/decline"),
        ):
            assert answer.status_code == 410

    def test_she_declines(self, browser: InspectingClient, session: Session, cohort: Cohort) -> None:
        make_seat(session, cohort)
        page = sent(browser, "/hours/sharing/offers/token/decline")
        assert "You share nothing" in page.get_data(as_text=True)
        assert browser.get("/hours/sharing/offers/token").status_code == 410

    def test_without_the_goal_she_is_told(
        self, browser: InspectingClient, session: Session, cohort: Cohort, seat: Seat
    ) -> None:
        assert "not among your goals" in browser.get(f"/hours/sharing/{seat.id}").main

    def test_the_seat_of_another_is_not_there(
        self, browser: InspectingClient, session: Session, cohort: Cohort, bob: Person
    ) -> None:
        other = make_seat(session, cohort, bob)
        assert browser.get(f"/hours/sharing/{other.id}").status_code == 404
        assert browser.post(f"/hours/sharing/{other.id}/stop").status_code == 404
