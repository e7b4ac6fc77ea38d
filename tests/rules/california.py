"""The hours of a California marriage and family therapist (LMFT), read from the statute by hand.

Business and Professions Code 4980.03(g), 4980.42(b)-(c), 4980.43 to 4980.43.4 and 4984.01, as in force since January 1,
2026. It knows no pack and no engine: every number below was written from the cited words. Where the sections are silent
``silent`` says which reading is taken, by the names under which the program asks for it. Everything is known: facts are
dates, words and yes or no, and a date that has not come is None.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

HOUR = 60
DIRECT = 1750 * HOUR  # 4980.43(c)(8)
RELATIONAL = 500 * HOUR  # 4980.43(c)(8), within the direct hours
TOTAL = 3000 * HOUR  # 4980.43(c)(1)
POSTDEGREE = 1700 * HOUR  # 4980.43(c)(3)
WEEKS = 104  # 4980.43(c)(1)
WEEKS_INDIVIDUAL = 52  # 4980.43.2(a)(4)

IN_SEVEN_DAYS = 40 * HOUR  # 4980.43(c)(2)
PREDEGREE = 1300 * HOUR  # 4980.43(c)(4)
PREDEGREE_COUNSELING_AND_SUPERVISION = 750 * HOUR  # 4980.43(c)(5)
WINDOW = 6  # years, 4980.43(c)(7)
OLD_PRACTICUM = 500 * HOUR  # 4980.43(c)(7)
UNDER_AN_LEP = 1200 * HOUR  # 4980.43(c)(9)
NONCLINICAL = 1250 * HOUR  # 4980.43(c)(10)
SUPERVISION_A_WEEK = 6 * HOUR  # 4980.43.2(a)(2)-(3)

UNIT = {"supervision_individual": 60, "supervision_triadic": 60, "supervision_group": 120}  # 4980.43.2(b)(1)
SECOND_UNIT_ABOVE = 10 * HOUR  # 4980.43.2(a)(3)
COUNSELING_PER_UNIT = 5 * HOUR  # 4980.43.2(a)(2), trainees
GROUP = 8  # persons, 4980.43.2(b)(1)
SEGMENT = 60  # minutes of group supervision, 4980.43.2(b)(1)

NONCLINICAL_PRACTICE = {*UNIT, "assessment", "reports", "notes", "advocacy", "workshop"}  # 4980.43(c)(10)
RELATIONS = {"couple", "family", "child"}  # 4980.43(c)(8)
SUPERVISORS = {"LMFT", "LCSW", "LPCC", "psychologist", "LEP", "psychiatrist"}  # 4980.03(g)
OF_OTHER_BOARDS = {
    "psychologist",
    "psychiatrist",
}  # 16 CCR 1871 asks licensees of this board for the training
PRIVATE = {"private_practice", "professional_corporation"}  # 4980.43.3(b)(1), 4984.01(d)
LAPSE = 90  # days out of the practicum that are still allowed must be fewer, 4980.42(c)
BACKDATING = timedelta(days=90)  # 4980.43(b)
LIVE_SCAN_SINCE = date(2020, 1, 1)  # 4980.43(b)(1)(B)


@dataclass(frozen=True)
class Applicant:
    graduate_units_completed_on: date
    degree_awarded_on: date | None = None
    practicum_enrollments: tuple[tuple[date, date | None], ...] = ()
    curriculum: str = "4980.36"
    registration_applied_on: date | None = None
    registered_on: date | None = None
    registration_expires_on: date | None = None
    registration_number_ordinal: int = 1
    application_received_on: date | None = None


@dataclass(frozen=True)
class Setting:
    kind: str
    employment: str
    live_scan_required: bool
    live_scan_on: date | None


@dataclass(frozen=True)
class Supervisor:
    license_type: str
    licensed_on: date
    license_expires_on: date
    related: bool = False
    ca_practiced_recently: bool = True
    ca_restricted: tuple[tuple[date, date | None], ...] = ()
    ca_trained: bool = True
    ca_video_suits: bool = True
    ca_belongs_to_practice: bool = True


class Hours:
    """What of a log counts: ``left`` in minutes per entry."""

    def __init__(self, log, applicant, settings, supervisors, as_of, silent):
        self.applicant, self.settings, self.supervisors = applicant, settings, supervisors
        self.as_of, self.silent = as_of, silent
        self.log = log
        self.admitted = [entry for entry in log if self.may_count(entry) and self.session_counts(entry)]
        self.left = {entry["id"]: 0 for entry in log} | {
            entry["id"]: entry["minutes"] for entry in self.admitted
        }
        self.units_of_week = defaultdict(Fraction)
        for entry in self.admitted:
            self.units_of_week[self.week_and_setting(entry)] += units(entry)
        self.supervise()
        self.limit()

    # -- who, where, when (4980.42, 4980.43(a)-(b), 4980.43.3, 4980.03(g), 4984.01) --------------------------------

    def is_trainee(self, day):
        return self.applicant.degree_awarded_on is None or day < self.applicant.degree_awarded_on

    def may_count(self, entry):
        day, setting = entry["day"], self.settings[entry["setting"]]
        workshop = entry["activity"] == "workshop"
        in_private = setting.kind in PRIVATE and not workshop
        if day > self.as_of or entry["activity"] not in {"counseling", *NONCLINICAL_PRACTICE}:
            return False
        if self.is_trainee(day):
            if (
                day < self.applicant.graduate_units_completed_on or in_private
            ):  # 4980.43(c)(6), 4980.43.3(b)(1)
                return False
            if entry["activity"] == "counseling" and not self.in_practicum(day):
                return False
        elif not self.is_registered(day, setting) or (
            in_private and self.applicant.registration_number_ordinal > 1
        ):
            return False  # 4980.43(a), 4984.01(d)
        return workshop or (setting.employment in {"employee", "volunteer"} and self.may_supervise(entry))

    def in_practicum(self, day):
        """4980.42(b)-(c): enrolled, or in a lapse of less than 90 days that enrollment or the degree follows at once."""
        if self.applicant.curriculum == "4980.37":
            return True
        enrollments = self.applicant.practicum_enrollments
        if any(begins <= day and (ends is None or day <= ends) for begins, ends in enrollments):
            return True
        before = [ends for _, ends in enrollments if ends and ends < day]
        after = [begins for begins, _ in enrollments if begins > day]
        if self.applicant.degree_awarded_on:
            after.append(self.applicant.degree_awarded_on)
        return bool(before and after) and (min(after) - max(before)).days - 1 < LAPSE

    def is_registered(self, day, setting):
        """4980.43(a): an active registration; (b): or the 90 days before it. 4984.01: six years of one registration."""
        registered_on = self.applicant.registered_on
        if registered_on is None:
            return False
        if day >= registered_on:
            return self.registration_lasts(day)
        degree = self.applicant.degree_awarded_on
        in_time = self.applicant.registration_applied_on <= degree + BACKDATING
        scanned = degree < LIVE_SCAN_SINCE or (
            setting.live_scan_required
            and (
                self.silent["live_scan_cut"] == "required"
                or (setting.live_scan_on is not None and day >= setting.live_scan_on)
            )
        )
        granted = registered_on <= self.as_of
        return granted and in_time and scanned and setting.kind not in PRIVATE

    def registration_lasts(self, day):
        issued = self.applicant.registered_on
        month_ends = date(issued.year + issued.month // 12, issued.month % 12 + 1, 1) - timedelta(days=1)
        return day <= self.applicant.registration_expires_on and day <= years_later(month_ends, 6)

    def may_supervise(self, entry):
        """4980.03(g); 4980.43.4(b): in a private practice an associate's supervisor belongs to it."""
        supervisor, day = self.supervisors[entry["supervisor"]], entry["day"]
        in_private = self.settings[entry["setting"]].kind in PRIVATE and not self.is_trainee(day)
        return (
            supervisor.license_type in SUPERVISORS
            and years_later(supervisor.licensed_on, 2) <= day <= supervisor.license_expires_on
            and supervisor.ca_practiced_recently
            and (supervisor.ca_trained or supervisor.license_type in OF_OTHER_BOARDS)
            and not any(
                begins <= day and (ends is None or day <= ends) for begins, ends in supervisor.ca_restricted
            )
            and not supervisor.related
            and (supervisor.ca_belongs_to_practice or not in_private)
        )

    def session_counts(self, entry):
        """4980.43.2(b): face to face or by video; a group of eight at most, in segments of an hour or more."""
        if entry["activity"] not in UNIT:
            return True
        if entry["delivery"] not in {"in_person", "video"}:
            return False
        if entry["delivery"] == "video" and not self.supervisors[entry["supervisor"]].ca_video_suits:
            return False  # 4980.43.2(d)(2)
        return entry["activity"] != "supervision_group" or (
            entry["head_count"] <= GROUP and entry["minutes"] >= SEGMENT
        )

    # -- supervision (4980.43.2(a)) --------------------------------------------------------------------------------

    def week_of(self, day):
        return day - timedelta(days=(day.weekday() + (self.silent["week_start"] == "sunday")) % 7)

    def week_and_setting(self, entry):
        return (self.week_of(entry["day"]), entry["setting"])

    def supervise(self):
        in_need = [entry for entry in self.admitted if entry["activity"] != "workshop"]
        self.forfeit(
            entry for entry in in_need if self.units_of_week[self.week_and_setting(entry)] < 1
        )  # (a)(1)
        performed = defaultdict(list)
        for entry in self.log:
            if entry["activity"] == "counseling" and not self.is_trainee(entry["day"]):
                performed[self.week_and_setting(entry)].append(entry)
        for week, counseling in performed.items():  # (a)(3)
            if minutes(counseling) <= SECOND_UNIT_ABOVE or self.units_of_week[week] >= 2:
                continue
            if self.silent["second_unit_shortfall"] == "cap10":
                self.keep(counseling, SECOND_UNIT_ABOVE)
                continue
            here = [entry for entry in in_need if self.week_and_setting(entry) == week]
            self.forfeit(entry for entry in here if not self.is_trainee(entry["day"]))
        for setting in self.settings:
            self.average([entry for entry in self.admitted if entry["setting"] == setting])

    def average(self, entries):
        """4980.43.2(a)(2): a trainee's counseling against the supervision of the same weeks, those without a unit left out."""
        mine = [
            entry
            for entry in entries
            if self.is_trainee(entry["day"])
            and (entry["activity"] == "workshop" or self.units_of_week[self.week_and_setting(entry)] >= 1)
        ]
        counseling = [entry for entry in mine if entry["activity"] == "counseling"]
        covered = int(sum(map(units, mine)) * COUNSELING_PER_UNIT)
        if minutes(counseling) > covered:
            self.keep(counseling, covered if self.silent["trainee_ratio_shortfall"] == "covered" else 0)

    def forfeit(self, entries):
        for entry in entries:
            self.left[entry["id"]] = 0

    # -- maximums (4980.43(c), 4980.43.2(a)(2)-(3)) ----------------------------------------------------------------

    def limit(self):
        received = self.applicant.application_received_on or self.as_of
        old = [entry for entry in self.admitted if entry["day"] < years_later(received, -WINDOW)]
        practicum = [entry for entry in old if entry["activity"] == "counseling" and entry["practicum"]]
        self.keep([entry for entry in old if entry not in practicum], 0)
        self.keep(practicum, OLD_PRACTICUM)
        weeks = defaultdict(list)
        for entry in self.admitted:
            if entry["activity"] in UNIT:
                weeks[self.week_of(entry["day"])].append(entry)
        for supervision in weeks.values():
            self.keep(supervision, SUPERVISION_A_WEEK)
        leps = {name for name, supervisor in self.supervisors.items() if supervisor.license_type == "LEP"}
        self.keep([entry for entry in self.admitted if entry["supervisor"] in leps], UNDER_AN_LEP)
        self.keep_in_seven_days()
        trainee = [entry for entry in self.admitted if self.is_trainee(entry["day"])]
        counseling_and_supervision = [
            entry for entry in trainee if entry["activity"] in {"counseling", *UNIT}
        ]
        self.keep(counseling_and_supervision, PREDEGREE_COUNSELING_AND_SUPERVISION)
        self.keep(trainee, PREDEGREE)
        self.keep(
            [entry for entry in self.admitted if entry["activity"] in NONCLINICAL_PRACTICE], NONCLINICAL
        )

    def in_order(self, entries):
        def place(entry):
            kind = 3
            if entry["activity"] == "counseling":
                kind = 0 if entry["client_unit"] in RELATIONS else 1
            elif entry["activity"] in UNIT:
                kind = 2
            return (
                kind if self.silent["credit_order"] == "direct_first" else 0,
                entry["day"],
                str(entry["id"]),
            )

        return sorted(entries, key=place)

    def keep(self, entries, room):
        for entry in self.in_order(entries):
            self.left[entry["id"]] = min(self.left[entry["id"]], room)
            room -= self.left[entry["id"]]

    def keep_in_seven_days(self):
        of_day = defaultdict(int)
        for entry in self.in_order(self.admitted):
            days = [entry["day"] + timedelta(days=offset) for offset in range(-6, 7)]
            fullest = max(sum(of_day[day] for day in days[first : first + 7]) for first in range(7))
            self.left[entry["id"]] = min(self.left[entry["id"]], IN_SEVEN_DAYS - fullest)
            of_day[entry["day"]] += self.left[entry["id"]]

    # -- minimums (4980.43(c), 4980.43.2(a)(4)) --------------------------------------------------------------------

    def have(self):
        """What there is of each minimum: minutes, or weeks."""
        credited = [entry for entry in self.admitted if self.left[entry["id"]] > 0]
        counseling = [entry for entry in credited if entry["activity"] == "counseling"]
        days = [entry["day"] for entry in credited]
        return {
            "hours.total": self.sum(credited),
            "hours.direct": self.sum(counseling),
            "hours.relational": self.sum(entry for entry in counseling if entry["client_unit"] in RELATIONS),
            "hours.postdegree": self.sum(entry for entry in credited if not self.is_trainee(entry["day"])),
            "weeks.span": ((max(days) - min(days)).days + 1) // 7 if days else 0,
            "weeks.supervised": self.weeks_with(credited, UNIT),
            "weeks.individual_or_triadic": self.weeks_with(
                credited, {"supervision_individual", "supervision_triadic"}
            ),
        }

    def sum(self, entries):
        return sum(self.left[entry["id"]] for entry in entries)

    def weeks_with(self, credited, kinds):
        """Weeks with a unit of that supervision in a setting in which something is credited."""
        found = defaultdict(Fraction)
        for entry in self.admitted:
            if entry["activity"] in kinds:
                found[self.week_and_setting(entry)] += units(entry)
        return len(
            {week for week, setting in map(self.week_and_setting, credited) if found[week, setting] >= 1}
        )


NEED = {
    "hours.total": TOTAL,
    "hours.direct": DIRECT,
    "hours.relational": RELATIONAL,
    "hours.postdegree": POSTDEGREE,
    "weeks.span": WEEKS,
    "weeks.supervised": WEEKS,
    "weeks.individual_or_triadic": WEEKS_INDIVIDUAL,
}


def minutes(entries):
    return sum(entry["minutes"] for entry in entries)


def units(entry):
    """Units of direct supervisor contact."""
    return Fraction(entry["minutes"], UNIT[entry["activity"]]) if entry["activity"] in UNIT else Fraction(0)


def years_later(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
