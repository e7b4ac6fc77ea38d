"""The tables of a cohort for its accreditation, each column with its meaning; the dictionary is made of the columns. Pure.

No amount that an accreditor asks is stated here: a program takes those from the standards it is reviewed under.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ceu.adapters.spreadsheets import Cell, SheetOfRows
from ceu.domain.dates import day_text
from ceu.domain.experience import (
    ACTIVITY_LABELS,
    CLIENT_UNIT_LABELS,
    DELIVERY_LABELS,
    SETTING_KIND_LABELS,
    SUPERVISOR_LICENSE_LABELS,
    Activity,
)
from ceu.experience.models import Supervision, WorkSetting
from ceu.programs.export_queries import Span, Tally
from ceu.rules.forecast import DIRECT

SUPERVISION = frozenset(activity.value for activity in Activity if activity.is_supervision)
INDIVIDUAL = frozenset({Activity.SUPERVISION_INDIVIDUAL.value, Activity.SUPERVISION_TRIADIC.value})
RELATIONAL = frozenset({"couple", "family"})

COAMFTE, CACREP, APPIC = "COAMFTE", "CACREP", "APPIC"
SOURCES = {
    COAMFTE: "Direct client contact, relational hours, individual (one or two supervisees) and group supervision, as reported "
    "by Syracuse University: https://sites.google.com/g.syr.edu/su-cftc-manual/student-requirements/hours",
    CACREP: "Direct service, individual or triadic and group supervision, as reported by Virginia Commonwealth University: "
    "https://rehab.chp.vcu.edu/students/current/internship/",
    APPIC: "Intervention by kind of client, and assessment, as reported by Time2Track: "
    "http://support.time2track.com/article/217-appic-activity-types",
}
"""Who asks for which columns, and who says so; the accreditors' own texts were not read."""


@dataclass(frozen=True)
class Student:
    """A member of the cohort as the tables name them."""

    number: int
    person_id: int
    name: str


@dataclass(frozen=True)
class Logs:
    """What the members of a cohort have done: of whom, where and under whom."""

    students: Sequence[Student]
    tallies: Mapping[int, Sequence[Tally]]
    settings: Mapping[int, WorkSetting]
    supervisions: Mapping[int, Supervision]

    @classmethod
    def made_of(
        cls,
        students: Sequence[Student],
        tallies: Iterable[Tally],
        settings: Mapping[int, WorkSetting],
        supervisions: Mapping[int, Supervision],
    ) -> "Logs":
        """The logs with the tallies of each person together."""
        by_person: dict[int, list[Tally]] = {}
        for tally in tallies:
            by_person.setdefault(tally.person_id, []).append(tally)
        return cls(students, by_person, settings, supervisions)

    def of(self, student: Student) -> Sequence[Tally]:
        """What one member has done."""
        return self.tallies.get(student.person_id, ())

    def kind_of(self, tally: Tally) -> str:
        """What kind of place it was done at."""
        return self.settings[tally.setting_id].kind


@dataclass(frozen=True)
class About:
    """What an export is about."""

    cohort: str
    program: str
    span: Span
    signed: bool
    made_on: date

    @property
    def basis_text(self) -> str:
        """Which hours are in it."""
        return "Hours signed by a supervisor" if self.signed else "All hours logged, signed or not"

    @property
    def span_text(self) -> str:
        """Which days are in it."""
        first = day_text(self.span.first) if self.span.first else "the first entry"
        last = day_text(self.span.last) if self.span.last else "the last entry"
        return f"from {first} through {last}"


@dataclass(frozen=True)
class Column:
    """A column of the table of students: what it is called, what it means, who asks for it, and its value."""

    name: str
    meaning: str
    value: Callable[[Logs, Student, Sequence[Tally]], Cell]
    asked_by: tuple[str, ...] = ()


def hours(minutes: int) -> float:
    """Minutes as hours, rounded to hundredths."""
    return round(minutes / 60, 2)


def _sum(tallies: Iterable[Tally]) -> int:
    return sum(tally.minutes for tally in tallies)


def _worked(
    activities: Collection[str], keep: Callable[[Tally], bool] = lambda tally: True
) -> Callable[..., Cell]:
    def value(logs: Logs, student: Student, tallies: Sequence[Tally]) -> Cell:
        return hours(_sum(each for each in tallies if each.activity in activities and keep(each)))

    return value


def _at(activities: Collection[str], kind: str) -> Callable[..., Cell]:
    def value(logs: Logs, student: Student, tallies: Sequence[Tally]) -> Cell:
        return hours(
            _sum(each for each in tallies if each.activity in activities and logs.kind_of(each) == kind)
        )

    return value


def _with(unit: str | None) -> Callable[[Tally], bool]:
    return lambda tally: tally.client_unit == unit


def _by(delivery: str) -> Callable[[Tally], bool]:
    return lambda tally: tally.delivery == delivery


def _share_individual(logs: Logs, student: Student, tallies: Sequence[Tally]) -> Cell:
    everything = _sum(each for each in tallies if each.activity in SUPERVISION)
    if not everything:
        return None
    return round(_sum(each for each in tallies if each.activity in INDIVIDUAL) * 100 / everything, 1)


def _direct_per_supervision(logs: Logs, student: Student, tallies: Sequence[Tally]) -> Cell:
    supervised = _sum(each for each in tallies if each.activity in SUPERVISION)
    if not supervised:
        return None
    return round(_sum(each for each in tallies if each.activity in DIRECT) / supervised, 2)


def _sites(logs: Logs, student: Student, tallies: Sequence[Tally]) -> Cell:
    return "; ".join(sorted({logs.settings[each.setting_id].name for each in tallies})) or None


def _supervisors(logs: Logs, student: Student, tallies: Sequence[Tally]) -> Cell:
    known = {each.supervision_id for each in tallies if each.supervision_id is not None}
    return "; ".join(sorted({_named(logs.supervisions[number]) for number in known})) or None


def supervisor_of(supervision: Supervision) -> str:
    """The name of a supervisor: as their account has it, or as the trainee wrote it."""
    return supervision.supervisor.name if supervision.supervisor else supervision.invited_name


def _named(supervision: Supervision) -> str:
    license_ = " ".join(filter(None, (supervision.license_type, supervision.license_number)))
    return f"{supervisor_of(supervision)} ({license_})" if license_ else supervisor_of(supervision)


def _who() -> Iterator[Column]:
    """Whose hours, and from when to when."""
    yield Column("Student", "The name on the student's account.", lambda logs, student, tallies: student.name)
    yield Column(
        "Record",
        "A number that tells two students of one name apart.",
        lambda logs, student, tallies: student.number,
    )
    yield Column(
        "First day",
        "The first day with hours in this file.",
        lambda logs, student, tallies: min((each.first for each in tallies), default=None),
    )
    yield Column(
        "Last day",
        "The last day with hours in this file.",
        lambda logs, student, tallies: max((each.last for each in tallies), default=None),
    )
    yield Column(
        "Hours in all", "Everything below together, supervision included.", _worked(ACTIVITY_LABELS.keys())
    )


def _direct() -> Iterator[Column]:
    """Time with clients."""
    labels = ", ".join(ACTIVITY_LABELS[name].lower() for name in Activity if name in DIRECT)
    yield Column("Direct contact", f"Time with clients: {labels}.", _worked(DIRECT), (COAMFTE, CACREP, APPIC))
    for name in Activity:
        if name in DIRECT:
            yield Column(
                ACTIVITY_LABELS[name], "Part of direct contact.", _worked({name.value}), (CACREP, APPIC)
            )
    for unit, label in CLIENT_UNIT_LABELS.items():
        yield Column(
            f"Direct: {label.lower()}",
            f"Direct contact with this kind of client: {label.lower()}.",
            _worked(DIRECT, _with(unit)),
            (COAMFTE, APPIC),
        )
    yield Column(
        "Direct: client not said",
        "Direct contact logged without a kind of client.",
        _worked(DIRECT, _with(None)),
    )
    yield Column(
        "Direct: couples and families",
        "Couple and family together. COAMFTE's relational hours are wider (two or more people who share an ongoing "
        "relationship, in groups too): the program decides what else is.",
        _worked(DIRECT, lambda tally: tally.client_unit in RELATIONAL),
        (COAMFTE,),
    )
    for delivery, label in DELIVERY_LABELS.items():
        yield Column(
            f"Direct: {label.lower()}",
            f"Direct contact, {label.lower()}.",
            _worked(DIRECT, _by(delivery)),
            (COAMFTE,),
        )
    for kind, label in SETTING_KIND_LABELS.items():
        yield Column(
            f"Direct at: {label}", "Direct contact in this kind of setting.", _at(DIRECT, kind), (APPIC,)
        )


def _supervised() -> Iterator[Column]:
    """Supervision, and its shares."""
    yield Column("Supervision", "All supervision received.", _worked(SUPERVISION), (COAMFTE, CACREP, APPIC))
    for name in Activity:
        if name.is_supervision:
            yield Column(
                ACTIVITY_LABELS[name],
                {
                    Activity.SUPERVISION_INDIVIDUAL: "One supervisor with this student.",
                    Activity.SUPERVISION_TRIADIC: "One supervisor with two students.",
                    Activity.SUPERVISION_GROUP: "One supervisor with more students.",
                }[name],
                _worked({name.value}),
                (COAMFTE, CACREP, APPIC),
            )
    yield Column(
        "Individual and triadic supervision",
        "The two together: COAMFTE calls both individual, CACREP asks for either.",
        _worked(INDIVIDUAL),
        (COAMFTE, CACREP),
    )
    for delivery, label in DELIVERY_LABELS.items():
        yield Column(
            f"Supervision: {label.lower()}",
            f"Supervision, {label.lower()}.",
            _worked(SUPERVISION, _by(delivery)),
        )
    yield Column(
        "Individual share of supervision, percent",
        "Individual and triadic supervision in percent of all supervision, to a tenth; empty without supervision.",
        _share_individual,
    )
    yield Column(
        "Direct hours for each hour of supervision",
        "Direct contact divided by supervision, to hundredths; empty without supervision.",
        _direct_per_supervision,
    )


def _other() -> Iterator[Column]:
    """Everything else, and where and under whom."""
    for name in Activity:
        if name not in DIRECT and not name.is_supervision:
            yield Column(
                ACTIVITY_LABELS[name], "Neither direct contact nor supervision.", _worked({name.value})
            )
    yield Column("Sites", "Where the hours were worked.", _sites)
    yield Column("Supervisors", "Who supervised, with the license they named.", _supervisors)


STUDENT_COLUMNS = (*_who(), *_direct(), *_supervised(), *_other())

KINDS = (
    ("Student", "The name on the student's account."),
    ("Record", "The number of the table of students."),
    ("Site", "Where the hours were worked."),
    ("Kind of site", "As the student described it."),
    ("Supervisor", "Who supervised these weeks; empty where it is not known yet."),
    ("Activity", "What the hours were spent on."),
    ("Client", "Individual, couple, family, child or group; empty where it does not apply or was not said."),
    ("Delivery", "How people met."),
    ("Minutes", "Exact; hours in all tables are made from minutes."),
    ("Hours", "The minutes as hours, rounded to hundredths."),
    ("First day", "The first day of this line."),
    ("Last day", "The last day of this line."),
)
SITES = (
    ("Student", "The name on the student's account."),
    ("Record", "The number of the table of students."),
    ("Site", "Where the hours were worked."),
    ("Kind of site", "As the student described it."),
    ("Employment", "How the student works there."),
    ("Practicum", "Whether the site is part of the student's degree program."),
    ("Began", "The student's first day at the site."),
    ("Ended", "The student's last day at the site; empty while it goes on."),
    ("Supervisor", "Who supervised there; empty where it is not known yet."),
    ("License", "The kind of license the supervisor named."),
    ("License number", "As the supervisor entered it."),
    ("Licensed on", "As the supervisor entered it."),
    ("License expires on", "As the supervisor entered it."),
    ("Direct contact", "Hours with clients at this site under this supervisor."),
    ("Individual supervision", "Hours of it from this supervisor at this site."),
    ("Triadic supervision", "Hours of it from this supervisor at this site."),
    ("Group supervision", "Hours of it from this supervisor at this site."),
    ("First day", "The first day with hours in this file."),
    ("Last day", "The last day with hours in this file."),
)
DICTIONARY = ("Table", "Column", "Meaning", "Reported to")
STUDENTS, BY_KIND, BY_SITE = "Students", "Hours by kind", "Sites and supervisors"


def students_sheet(logs: Logs) -> SheetOfRows:
    """One row a student."""
    rows = (
        [column.value(logs, student, tallies) for column in STUDENT_COLUMNS]
        for student in logs.students
        for tallies in [logs.of(student)]
    )
    return SheetOfRows(STUDENTS, [column.name for column in STUDENT_COLUMNS], rows)


def kinds_sheet(logs: Logs) -> SheetOfRows:
    """One row for each kind of work of each student, in exact minutes."""
    return SheetOfRows(BY_KIND, [name for name, _ in KINDS], _kinds(logs))


def _kinds(logs: Logs) -> Iterator[list[Cell]]:
    for student in logs.students:
        for tally in logs.of(student):
            setting = logs.settings[tally.setting_id]
            supervision = logs.supervisions[tally.supervision_id] if tally.supervision_id else None
            yield [
                student.name,
                student.number,
                setting.name,
                setting.kind_label,
                supervisor_of(supervision) if supervision else None,
                ACTIVITY_LABELS[tally.activity],
                CLIENT_UNIT_LABELS[tally.client_unit] if tally.client_unit else None,
                DELIVERY_LABELS[tally.delivery],
                tally.minutes,
                hours(tally.minutes),
                tally.first,
                tally.last,
            ]


def sites_sheet(logs: Logs) -> SheetOfRows:
    """One row for each supervisor of each student at each site."""
    return SheetOfRows(BY_SITE, [name for name, _ in SITES], _sites_and_supervisors(logs))


def _sites_and_supervisors(logs: Logs) -> Iterator[list[Cell]]:
    for student in logs.students:
        groups: dict[tuple[int, int], list[Tally]] = {}
        for tally in logs.of(student):
            groups.setdefault((tally.setting_id, tally.supervision_id or 0), []).append(tally)
        for (setting_id, supervision_id), tallies in sorted(groups.items()):
            yield [
                student.name,
                student.number,
                *_place(logs.settings[setting_id]),
                *_credentials(logs.supervisions.get(supervision_id)),
                *(
                    hours(_sum(each for each in tallies if each.activity in activities))
                    for activities in (
                        DIRECT,
                        {Activity.SUPERVISION_INDIVIDUAL},
                        {Activity.SUPERVISION_TRIADIC},
                        {Activity.SUPERVISION_GROUP},
                    )
                ),
                min(each.first for each in tallies),
                max(each.last for each in tallies),
            ]


def _place(setting: WorkSetting) -> list[Cell]:
    return [
        setting.name,
        setting.kind_label,
        setting.employment_label,
        "Yes" if setting.practicum else "No",
        setting.began_on,
        setting.ended_on,
    ]


def _credentials(supervision: Supervision | None) -> list[Cell]:
    if supervision is None:
        return [None] * 5
    return [
        supervisor_of(supervision),
        SUPERVISOR_LICENSE_LABELS.get(supervision.license_type or "", supervision.license_type),
        supervision.license_number,
        supervision.licensed_on,
        supervision.license_expires_on,
    ]


def dictionary_sheet(about: About) -> SheetOfRows:
    """What the file is about, and what every column of every table means."""
    return SheetOfRows("Data dictionary", DICTIONARY, _dictionary(about))


def _dictionary(about: About) -> Iterator[list[Cell]]:
    yield ["This file", "Program", about.program, None]
    yield ["This file", "Cohort", about.cohort, None]
    yield ["This file", "Hours", f"{about.basis_text}, {about.span_text}.", None]
    yield ["This file", "Made on", day_text(about.made_on), None]
    yield [
        "This file",
        "Students",
        "Those who share their log with the program on that day; nobody else.",
        None,
    ]
    for body, said in SOURCES.items():
        yield ["This file", f"Reported to {body}", said, None]
    for column in STUDENT_COLUMNS:
        yield [STUDENTS, column.name, column.meaning, ", ".join(column.asked_by) or None]
    for table, columns in ((BY_KIND, KINDS), (BY_SITE, SITES)):
        for name, meaning in columns:
            yield [table, name, meaning, None]
