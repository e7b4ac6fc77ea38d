"""The forms of boards as data: what each asks, where the answer comes from, who signs, and by when. Pure.

A line's ``value`` names what the log knows (``ceu.exporting.board_forms`` lists the names: "supervisor.name",
"hours.direct", "hours.case_management"); an empty one is a line to fill in by hand. A new board's form is an entry in
``FORMS``, without code. The forms are ours, in the shape of the board's; ``citation`` is the law that asks, ``known_from``
says how well the board's own paper is known (November 2026).
"""

from dataclasses import dataclass
from typing import Literal

Span = Literal["whole", "year", "half_year", "quarter"]
MONTHS: dict[Span, int] = {"year": 12, "half_year": 6, "quarter": 3}

REPORTED = (
    "The form is known from reports, not from the board’s paper. Compare the two before you hand this one in."
)
RULE_READ = "What must be reported was read in the rule; the board’s paper was not seen. Compare the two."


@dataclass(frozen=True)
class Line:
    """One question; ``value`` names the answer, and without it the answer is left to write in."""

    label: str
    value: str = ""


@dataclass(frozen=True)
class Table:
    """Rows made from signed hours: weeks, months or single meetings with the supervisor; or the requirements of the goal."""

    rows: Literal["weeks", "months", "meetings", "requirements"]
    columns: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of a form under its own heading."""

    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    text: str = ""


@dataclass(frozen=True)
class Hand:
    """Who signs, and what they declare."""

    who: str
    declares: str


@dataclass(frozen=True)
class Due:
    """By when: so many days, or to the end of so many calendar months, after a day that the log knows."""

    after: Literal["supervision_begins", "supervision_ends", "period_ends"]
    days: int = 0
    months: int = 0


@dataclass(frozen=True)
class BoardForm:
    """One form. ``numbers`` are the board's by license, where it numbers its forms; ``deadline`` says when it is owed."""

    key: str
    jurisdiction: str
    licenses: tuple[str, ...]
    title: str
    board: str
    citation: str
    known_from: str
    span: Span
    deadline: str
    parts: tuple[Part, ...]
    hands: tuple[Hand, ...]
    numbers: tuple[tuple[str, str], ...] = ()
    due: Due | None = None
    optional: bool = False

    def number(self, license_: str) -> str:
        """The board's number of this form for a license, or nothing."""
        return dict(self.numbers).get(license_, "")


# ---- what many forms ask alike -----------------------------------------------------------------------------------

_APPLICANT = (Line("Name", "person.name"), Line("E-mail", "person.email"), Line("Telephone"), Line("Address"))
_REGISTRATION = (
    Line("Registration or license number"),
    Line("Registered on", "person.registered_on"),
    Line("Registration expires on", "person.registration_expires_on"),
)
_SUPERVISOR = (
    Line("Name", "supervisor.name"),
    Line("License", "supervisor.license"),
    Line("License number", "supervisor.license_number"),
    Line("First licensed on", "supervisor.licensed_on"),
    Line("License expires on", "supervisor.license_expires_on"),
    Line("Related to the supervisee", "supervisor.related"),
    Line("Telephone"),
)
_SETTING = (
    Line("Name of the setting", "setting.name"),
    Line("Kind of setting", "setting.kind"),
    Line("Supervisee works there as", "setting.employment"),
    Line("Address of the setting"),
    Line("Telephone of the setting"),
)
_SPAN = (
    Line("Experience from", "hours.first_day"),
    Line("Experience to", "hours.last_day"),
    Line("Weeks with experience", "hours.weeks"),
)
_SUPERVISION_HOURS = (
    Line("Individual supervision", "hours.supervision_individual"),
    Line("Triadic supervision", "hours.supervision_triadic"),
    Line("Group supervision", "hours.supervision_group"),
    Line("Supervision in all", "hours.supervision"),
)
_DIRECT_AND_REST = (
    Line("Direct client contact", "hours.direct"),
    Line("All other hours without supervision", "hours.other"),
    Line("Hours in all", "hours.total"),
)
_SIGNED_WEEKS = Table(
    "weeks",
    (
        Line("Direct", "hours.direct"),
        Line("Other", "hours.other"),
        Line("Individual or triadic supervision", "hours.supervision_small"),
        Line("Group supervision", "hours.supervision_group"),
        Line("Total", "hours.total"),
        Line("Signed", "signed.on"),
    ),
)
_WHERE_YOU_STAND = Part(
    "Where the log stands under the rules",
    table=Table("requirements"),
    text="From all signed hours of this log, with every supervisor, as this site reads the rules; the board decides.",
)
_TRAINEE = Part("Supervisee", (*_APPLICANT, *_REGISTRATION))
_BY = Part("Supervisor", _SUPERVISOR)
_AT = Part("Setting", _SETTING)
_TRUE = "I declare that what stands above is true and complete to the best of my knowledge."
_PERJURY = "I declare under penalty of perjury under the laws of the State of California that what stands above is true."
_BOTH_TRUE = (Hand("Supervisee", _TRUE), Hand("Supervisor", _TRUE))


def _agreement(*further: Line) -> tuple[Part, ...]:
    return (
        _TRAINEE,
        _BY,
        _AT,
        Part(
            "What is agreed",
            (
                Line("First day logged with this supervisor", "supervision.began_on"),
                Line("Supervision begins on"),
                Line("Hours of work a week"),
                Line("Individual supervision, hours a week"),
                Line("Group supervision, hours a week, and size of the group"),
                Line("Goals of the supervision"),
                Line("How the work is observed or reviewed"),
                Line("Whom to reach in an emergency"),
                *further,
            ),
        ),
    )


def _virginia(board: str, license_: str, section: str) -> tuple[BoardForm, ...]:
    """The three forms Virginia's boards ask alike, under the section of each."""
    resident = Part("Resident", (*_APPLICANT, *_REGISTRATION))
    hours = (*_DIRECT_AND_REST, *_SUPERVISION_HOURS)
    return (
        BoardForm(
            key="quarterly-evaluation",
            jurisdiction="US-VA",
            licenses=(license_,),
            title="Quarterly evaluation of the resident",
            board=board,
            citation=section,
            known_from=RULE_READ,
            span="quarter",
            deadline="At the end of each three months: the supervisor gives it to the resident.",
            due=Due("period_ends"),
            parts=(
                resident,
                _BY,
                Part("Site", (*_SETTING, Line("Period", "period"))),
                Part("Hours of the quarter", hours),
                Part(
                    "Month by month",
                    table=Table("months", (*_DIRECT_AND_REST, Line("Supervision", "hours.supervision"))),
                ),
                Part(
                    "Evaluation by the supervisor",
                    (
                        Line("Assessment and diagnosis with psychotherapy techniques"),
                        Line("Appraisal, evaluation and diagnostic procedures"),
                        Line("Treatment planning and implementation"),
                        Line("Case management and recordkeeping"),
                        Line("Professional identity and function"),
                        Line("Professional ethics and standards of practice"),
                        Line("Remarks of the resident"),
                    ),
                ),
            ),
            hands=_BOTH_TRUE,
        ),
        BoardForm(
            key="experience-verification",
            jurisdiction="US-VA",
            licenses=(license_,),
            title="Verification of supervision",
            board=board,
            citation=section,
            known_from=RULE_READ,
            span="whole",
            deadline="When the residency under this supervisor ends; with the application.",
            parts=(
                resident,
                _BY,
                _AT,
                Part("Span", _SPAN),
                Part("Hours", hours),
                Part(
                    "Opinion of the supervisor",
                    (Line("The resident met minimum competency in each area"), Line("Remarks")),
                ),
                _WHERE_YOU_STAND,
            ),
            hands=_BOTH_TRUE,
        ),
        BoardForm(
            key="supervision-agreement",
            jurisdiction="US-VA",
            licenses=(license_,),
            title="Supervisory contract",
            board=board,
            citation=section,
            known_from=REPORTED,
            span="whole",
            deadline="Before hours are worked; one for each site.",
            due=Due("supervision_begins"),
            parts=_agreement(),
            hands=_BOTH_TRUE,
        ),
    )


# ---- the forms ---------------------------------------------------------------------------------------------------

_CA = "California Board of Behavioral Sciences"
_CA_LICENSES = ("LMFT", "LPCC", "LCSW")
_NC = "North Carolina Board of Licensed Clinical Mental Health Counselors"
_OH = "Ohio Counselor, Social Worker and Marriage and Family Therapist Board"
_TX = "Texas Behavioral Health Executive Council"
_NY = "New York State Education Department, Office of the Professions"
_FL = "Florida Board of Clinical Social Work, Marriage and Family Therapy, and Mental Health Counseling"
_WA = "Washington State Department of Health"
_OR = "Oregon Board of Licensed Professional Counselors and Therapists"

FORMS: tuple[BoardForm, ...] = (
    BoardForm(
        key="weekly-log",
        jurisdiction="US-CA",
        licenses=_CA_LICENSES,
        title="Weekly log of supervised experience",
        board=_CA,
        numbers=(("LMFT", "37A-525"), ("LPCC", "37A-638"), ("LCSW", "37A-638")),
        citation="BPC 4980.43.2, 4999.46.2, 4996.23.1",
        known_from=REPORTED,
        span="year",
        deadline="Signed every week. It is kept, not filed; the board may ask for it.",
        parts=(
            _TRAINEE,
            _BY,
            _AT,
            Part(
                "Weeks",
                table=Table(
                    "weeks",
                    (
                        Line("Individual", "hours.direct_individual"),
                        Line("Couples, families, children", "hours.direct_relational"),
                        Line("Group", "hours.direct_group"),
                        Line("Individual or triadic supervision", "hours.supervision_small"),
                        Line("Group supervision", "hours.supervision_group"),
                        Line("Non-clinical", "hours.other"),
                        Line("Total", "hours.total"),
                        Line("Signed", "signed.on"),
                    ),
                ),
            ),
        ),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="experience-verification",
        jurisdiction="US-CA",
        licenses=_CA_LICENSES,
        title="Verification of experience",
        board=_CA,
        numbers=(("LMFT", "37A-301"), ("LPCC", "37A-675"), ("LCSW", "37A-201")),
        citation="BPC 4980.43, 4999.46, 4996.23",
        known_from=REPORTED,
        span="whole",
        deadline="Signed when this supervision ends, and filed with the application for licensure.",
        parts=(
            Part("Applicant", (*_APPLICANT, Line("File number at the board"), *_REGISTRATION[1:])),
            Part("Supervisor", (*_SUPERVISOR, Line("If a physician: certified in psychiatry on"))),
            Part(
                "Employer and setting",
                (
                    *_SETTING,
                    Line(
                        "The setting lawfully and regularly provides mental health counseling or psychotherapy"
                    ),
                    Line("Its oversight keeps the work within the scope of practice of the profession"),
                    Line("A W-2 form or a volunteer’s letter is attached"),
                    Line("A written oversight agreement was needed, and signed on"),
                ),
            ),
            Part("Span", _SPAN),
            Part(
                "Hours",
                (
                    Line("Direct counseling: individuals", "hours.direct_individual"),
                    Line("Direct counseling: couples, families and children", "hours.direct_relational"),
                    Line("Direct counseling: groups", "hours.direct_group"),
                    Line("Direct counseling in all", "hours.direct"),
                    Line(
                        "of it clinical assessment, diagnosis and treatment planning",
                        "hours.clinical_assessment",
                    ),
                    Line("of it by telehealth, video or phone", "hours.direct_remote"),
                    *_SUPERVISION_HOURS,
                    Line("Psychological tests", "hours.assessment"),
                    Line("Clinical reports", "hours.reports"),
                    Line("Progress or process notes", "hours.notes"),
                    Line("Client-centered advocacy", "hours.advocacy"),
                    Line("Consultation, evaluation or research", "hours.consultation"),
                    Line("Workshops, seminars, training or conferences", "hours.workshop"),
                    Line("Hours in all", "hours.total"),
                ),
            ),
            _WHERE_YOU_STAND,
        ),
        hands=(Hand("Supervisor", _PERJURY),),
    ),
    BoardForm(
        key="supervision-agreement",
        jurisdiction="US-CA",
        licenses=_CA_LICENSES,
        title="Supervision agreement",
        board=_CA,
        numbers=tuple((license_, "37M-300") for license_ in _CA_LICENSES),
        citation="BPC 4980.43.4, 4999.46.4, 4996.23.3; 16 CCR 1833(a) for the oversight agreement",
        known_from=REPORTED,
        span="whole",
        deadline="Within 60 days of the first day of supervision. You keep it, and file it with the application.",
        due=Due("supervision_begins", days=60),
        parts=(
            *_agreement(
                Line("Supervisor completed the training in supervision on"),
                Line("Supervisor’s self-assessment report was sent on"),
                Line("Video supervision was assessed as appropriate on"),
                Line("Written oversight agreement with the employer, if one is needed, signed on"),
            ),
        ),
        hands=(Hand("Supervisee", _PERJURY), Hand("Supervisor", _PERJURY)),
    ),
    BoardForm(
        key="oversight-agreement",
        jurisdiction="US-CA",
        licenses=_CA_LICENSES,
        title="Written oversight agreement with the employer",
        board=_CA,
        citation="16 CCR 1833(a), 1869(a); BPC 4980.43.4(d), 4996.23.3(d), 4999.46.4(d)",
        known_from=RULE_READ,
        span="whole",
        deadline=(
            "Only where the supervisor is not employed by the supervisee’s employer, or is a volunteer: signed before supervision "
            "begins. The supervisor gives it to you when supervision ends; you file it with the application."
        ),
        optional=True,
        parts=(
            _TRAINEE,
            _BY,
            _AT,
            Part(
                "The employer acknowledges",
                (
                    Line("Name and position of who signs for the employer"),
                    Line("First day logged with this supervisor", "supervision.began_on"),
                    Line("Supervision begins on"),
                ),
                text=(
                    "That it knows what the law asks of the supervisee for licensure, and does not interfere with the supervisor’s "
                    "legal and ethical duty to ensure it; that it gives the supervisor access to the clinical records of the "
                    "clients whom the supervisee counsels; and that it knows that the supervisor guides and directs the clinical "
                    "work, and does not interfere with that."
                ),
            ),
        ),
        hands=(
            Hand(
                "Supervisor",
                "I agree to ensure that the extent, kind and quality of the counseling performed by the supervisee is appropriate "
                "and consistent with the supervisee’s training, education and experience.",
            ),
            Hand("Employer", "The employer acknowledges what stands above."),
        ),
    ),
    BoardForm(
        key="supervisor-self-assessment",
        jurisdiction="US-CA",
        licenses=_CA_LICENSES,
        title="Supervisor’s self-assessment report",
        board=_CA,
        numbers=tuple((license_, "37M-302") for license_ in _CA_LICENSES),
        citation="16 CCR 1833(b) and 1833.1; 1869(b) and 1870; 1821",
        known_from=REPORTED,
        span="whole",
        deadline="Once in a career, not for each supervisee: within 60 days of first supervising, the supervisor sends it to the board.",
        optional=True,
        parts=(
            _BY,
            Part(
                "What the supervisor affirms",
                (
                    Line("License current and active, and not under suspension or probation"),
                    Line("Licensed long enough to supervise, in California or elsewhere"),
                    Line("Competent in the areas of clinical practice and techniques supervised"),
                    Line("Training or coursework in supervision completed on"),
                    Line(
                        "Not licensed in the supervisee’s profession: experience, training and education in it"
                    ),
                    Line("Informed of developments in the profession and of California law"),
                ),
            ),
        ),
        hands=(Hand("Supervisor", _PERJURY),),
    ),
    BoardForm(
        key="supervision-log",
        jurisdiction="US-TX",
        licenses=("LPC", "LMFT", "LCSW"),
        title="Supervision log",
        board=_TX,
        citation="22 TAC 681.92, 681.93 (LPC), 781.404 (LCSW)",
        known_from=REPORTED,
        span="year",
        deadline="Kept week by week; not filed unless the Council asks.",
        parts=(
            _TRAINEE,
            _BY,
            _AT,
            Part("Weeks", table=_SIGNED_WEEKS),
            Part("Meetings", table=Table("meetings")),
        ),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="experience-verification",
        jurisdiction="US-TX",
        licenses=("LPC", "LMFT", "LCSW"),
        title="Supervised experience documentation",
        board=_TX,
        citation="22 TAC 681.93(d) (LPC), 781.406 (LCSW)",
        known_from=REPORTED,
        span="whole",
        deadline="For the LPC, 30 days after supervision ends or the hours are complete, whichever comes first; one for each supervisor.",
        due=Due("supervision_ends", days=30),
        parts=(
            _TRAINEE,
            Part("Supervisor", (*_SUPERVISOR, Line("Approved as a supervisor by the Council since"))),
            _AT,
            Part("Span", (*_SPAN, Line("Average hours a week", "hours.per_week"))),
            Part("Hours", (*_DIRECT_AND_REST, *_SUPERVISION_HOURS)),
            Part(
                "Opinion of the supervisor",
                (
                    Line("The supervisee is ready for independent practice"),
                    Line("Leave of a month or more that was approved"),
                ),
            ),
            _WHERE_YOU_STAND,
        ),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="supervision-agreement",
        jurisdiction="US-TX",
        licenses=("LPC", "LMFT", "LCSW"),
        title="Supervisory agreement",
        board=_TX,
        citation="22 TAC 681.93(a) (LPC), 781.404 (LCSW)",
        known_from=REPORTED,
        span="whole",
        deadline="Before supervision begins.",
        due=Due("supervision_begins"),
        parts=_agreement(
            Line("Fees for supervision"), Line("Video or audio supervision is part of the plan")
        ),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="experience-record",
        jurisdiction="US-NY",
        licenses=("LMHC", "LMFT", "LCSW"),
        title="Applicant’s record of experience",
        board=_NY,
        numbers=(("LMHC", "Form 4"), ("LMFT", "Form 4"), ("LCSW", "Form 4")),
        citation="8 NYCRR 79-9.3 (LMHC), 79-10.3 (LMFT), 74.3 (LCSW)",
        known_from=REPORTED,
        span="whole",
        deadline="With the application; one for each supervisor and setting.",
        parts=(
            Part("Applicant", _APPLICANT),
            Part(
                "Limited permit",
                (
                    Line("Permit number"),
                    Line("Valid from", "person.registered_on"),
                    Line("Valid to", "person.registration_expires_on"),
                ),
            ),
            _BY,
            _AT,
            Part("Span", (*_SPAN, Line("Average hours a week", "hours.per_week"))),
            Part("Hours", _DIRECT_AND_REST),
        ),
        hands=(Hand("Applicant", _TRUE),),
    ),
    BoardForm(
        key="experience-verification",
        jurisdiction="US-NY",
        licenses=("LMHC", "LMFT", "LCSW"),
        title="Supervisor’s certification of experience",
        board=_NY,
        numbers=(("LMHC", "Form 4B"), ("LMFT", "Form 4B"), ("LCSW", "Form 4B")),
        citation="8 NYCRR 79-9.3 (LMHC), 79-10.3 (LMFT), 74.3 (LCSW)",
        known_from=REPORTED,
        span="whole",
        deadline="The supervisor sends it to the Department when the experience is complete.",
        parts=(
            _TRAINEE,
            _BY,
            _AT,
            Part("Span", (*_SPAN, Line("Average hours a week", "hours.per_week"))),
            Part(
                "Hours",
                (
                    Line("Client contact", "hours.direct"),
                    Line("of it assessment, diagnosis and treatment planning", "hours.clinical_assessment"),
                    *_DIRECT_AND_REST[1:],
                    *_SUPERVISION_HOURS,
                ),
            ),
            Part(
                "Supervision by month",
                table=Table("months", (*_DIRECT_AND_REST, Line("Supervision", "hours.supervision"))),
            ),
            Part("Opinion of the supervisor", (Line("The applicant practiced competently"), Line("Remarks"))),
            _WHERE_YOU_STAND,
        ),
        hands=(Hand("Supervisor", _TRUE),),
    ),
    BoardForm(
        key="supervision-plan",
        jurisdiction="US-NY",
        licenses=("LCSW",),
        title="Plan for supervised experience",
        board=_NY,
        numbers=(("LCSW", "Form 6"),),
        citation="8 NYCRR 74.3",
        known_from=REPORTED,
        span="whole",
        deadline="Optional; before the experience begins.",
        optional=True,
        due=Due("supervision_begins"),
        parts=_agreement(),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="experience-verification",
        jurisdiction="US-FL",
        licenses=("LMHC", "LMFT", "LCSW"),
        title="Verification of supervised experience",
        board=_FL,
        citation="Rule 64B4-3.0015, 64B4-2.001, 64B4-2.002, F.A.C.",
        known_from=REPORTED,
        span="whole",
        deadline="With the application; one for each qualified supervisor.",
        parts=(
            Part("Registered intern", (*_APPLICANT, *_REGISTRATION)),
            Part("Qualified supervisor", _SUPERVISOR),
            _AT,
            Part("Span", _SPAN),
            Part(
                "Hours",
                (
                    Line("Psychotherapy face-to-face with clients", "hours.direct"),
                    Line("of it in the same room", "hours.direct_in_person"),
                    Line("of it by video or phone", "hours.direct_remote"),
                    *_SUPERVISION_HOURS,
                ),
            ),
            Part(
                "Supervision by month",
                table=Table(
                    "months",
                    (
                        Line("Psychotherapy", "hours.direct"),
                        Line("Individual or triadic supervision", "hours.supervision_small"),
                        Line("Group supervision", "hours.supervision_group"),
                    ),
                ),
            ),
            _WHERE_YOU_STAND,
        ),
        hands=(Hand("Qualified supervisor", _TRUE),),
    ),
    BoardForm(
        key="supervision-agreement",
        jurisdiction="US-FL",
        licenses=("LMHC", "LMFT", "LCSW"),
        title="Letter of the qualified supervisor",
        board=_FL,
        citation="Rule 64B4-2.0025(4) and (5)(a), 64B4-3.0085(2), F.A.C.",
        known_from=RULE_READ,
        span="whole",
        deadline="Before any supervision: the supervisor’s statement (DH-MQA 5049), and a signed letter for each intern.",
        due=Due("supervision_begins"),
        parts=_agreement(Line("Safety plan for telehealth")),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="supervision-declaration",
        jurisdiction="US-WA",
        licenses=("LMHC", "LMFT", "LICSW"),
        title="Supervisor’s declaration and agreement",
        board=_WA,
        citation="WAC 246-809-234(3)",
        known_from=RULE_READ,
        span="whole",
        deadline="Before any supervision: the supervisor gives it to the candidate.",
        due=Due("supervision_begins"),
        parts=_agreement(
            Line("License in good standing without restrictions for at least two years"),
            Line("Training in clinical supervision, clock hours (15 asked)"),
            Line("Experience in supervising clinical practice, hours (25 asked)"),
            Line("Neither peer, relative, nor within two years therapist of the candidate"),
        ),
        hands=(
            Hand("Supervisor", "I declare that I meet WAC 246-809-234 and that what stands above is true."),
            Hand("Candidate", _TRUE),
        ),
    ),
    BoardForm(
        key="experience-verification",
        jurisdiction="US-WA",
        licenses=("LMHC", "LMFT", "LICSW"),
        title="Verification of supervised experience",
        board=_WA,
        citation="RCW 18.225.090, WAC 246-809-234",
        known_from=REPORTED,
        span="whole",
        deadline="With the application; one for each supervisor.",
        parts=(
            _TRAINEE,
            _BY,
            _AT,
            Part("Span", _SPAN),
            Part(
                "Hours",
                (
                    Line("Direct counseling with individuals", "hours.direct_individual"),
                    Line("Direct counseling with couples and families", "hours.direct_couples_families"),
                    Line("Direct counseling with groups", "hours.direct_group"),
                    *_DIRECT_AND_REST,
                    *_SUPERVISION_HOURS,
                ),
            ),
            Part(
                "Months", table=Table("months", (*_DIRECT_AND_REST, Line("Supervision", "hours.supervision")))
            ),
            _WHERE_YOU_STAND,
        ),
        hands=(Hand("Supervisor", _TRUE),),
    ),
    BoardForm(
        key="six-month-report",
        jurisdiction="US-OR",
        licenses=("LPC", "LMFT"),
        title="Six-month report of direct client contact",
        board=_OR,
        citation="OAR 833-050-0111(1)(e), 833-050-0081, 833-050-0091(1)(i)",
        known_from=RULE_READ,
        span="half_year",
        deadline="In the month after the six months. A late report loses all hours in it.",
        due=Due("period_ends", months=1),
        parts=(
            Part("Registered associate", (*_APPLICANT, *_REGISTRATION)),
            _BY,
            Part("Practice", (*_SETTING, Line("Period", "period"))),
            Part(
                "Month by month",
                table=Table(
                    "months",
                    (
                        Line("Direct client contact", "hours.direct"),
                        Line("of it couples and families", "hours.direct_couples_families"),
                        Line("Individual supervision", "hours.supervision_individual"),
                        Line("Group supervision", "hours.supervision_group"),
                        Line("Meetings with the supervisor", "meetings"),
                    ),
                ),
                text="Supervision belongs to the calendar month of the client contact (OAR 833-050-0081).",
            ),
            Part(
                "Evaluation by the supervisor",
                (
                    Line("Clinical skill"),
                    Line("Ethical practice"),
                    Line("Use of supervision"),
                    Line("Records"),
                    Line("What to work on until the next report"),
                ),
            ),
        ),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="supervision-agreement",
        jurisdiction="US-OR",
        licenses=("LPC", "LMFT"),
        title="Agreement for the associate’s plan",
        board=_OR,
        citation="OAR 833-050-0051, 833-050-0081, 833-050-0091",
        known_from=REPORTED,
        span="whole",
        deadline="With the plan, before hours under it are worked.",
        due=Due("supervision_begins"),
        parts=_agreement(Line("Practice number within the plan (at most three)")),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="supervision-contract",
        jurisdiction="US-NC",
        licenses=("LCMHC",),
        title="Supervision contract",
        board=_NC,
        citation="21 NCAC 53 .0702(1), (2)",
        known_from=RULE_READ,
        span="whole",
        deadline=(
            "Before practice, one for each setting and each supervisor. A change, and the end of supervision, are reported within "
            "two weeks."
        ),
        due=Due("supervision_begins"),
        parts=_agreement(
            Line("Modality: live observation, co-therapy, audio or video recordings, live supervision"),
            Line("Where supervision takes place: name and physical location"),
        ),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="quarterly-report",
        jurisdiction="US-NC",
        licenses=("LCMHC",),
        title="Quarterly report of supervision",
        board=_NC,
        citation="21 NCAC 53 .0702(3)",
        known_from=RULE_READ,
        span="quarter",
        deadline="Each quarter the supervisor documents that supervision has occurred; a final report at its end.",
        parts=(
            _TRAINEE,
            _BY,
            Part("Setting", (*_SETTING, Line("Period", "period"))),
            Part("Hours of the quarter", (*_DIRECT_AND_REST, *_SUPERVISION_HOURS)),
            Part(
                "Meetings",
                table=Table("meetings"),
            ),
            Part("Remarks of the supervisor", (Line("Modality used"), Line("Remarks"))),
        ),
        hands=(Hand("Supervisor", _TRUE),),
    ),
    BoardForm(
        key="final-report",
        jurisdiction="US-NC",
        licenses=("LCMHC",),
        title="Final report of supervision",
        board=_NC,
        citation="21 NCAC 53 .0702(3), (4)",
        known_from=RULE_READ,
        span="whole",
        deadline="When supervision ends or is complete; that it ended is reported within two weeks.",
        due=Due("supervision_ends", days=14),
        parts=(
            _TRAINEE,
            _BY,
            _AT,
            Part("Span", _SPAN),
            Part("Hours", (*_DIRECT_AND_REST, *_SUPERVISION_HOURS)),
        ),
        hands=(Hand("Supervisor", _TRUE),),
    ),
    BoardForm(
        key="supervision-log",
        jurisdiction="US-OH",
        licenses=("LPCC",),
        title="Log of training supervision",
        board=_OH,
        citation="OAC 4757-17-01; the board’s instructions for supervisors",
        known_from=REPORTED,
        span="quarter",
        deadline="The supervisor signs it at least quarterly.",
        due=Due("period_ends"),
        parts=(
            _TRAINEE,
            _BY,
            Part("Setting", (*_SETTING, Line("Period", "period"))),
            Part("Hours of the quarter", (*_DIRECT_AND_REST, *_SUPERVISION_HOURS)),
            Part("Week by week", table=_SIGNED_WEEKS),
        ),
        hands=_BOTH_TRUE,
    ),
    BoardForm(
        key="supervision-evaluation",
        jurisdiction="US-OH",
        licenses=("LPCC",),
        title="Evaluation by the supervisor",
        board=_OH,
        citation="OAC 4757-17-01(E)(2), as reported of the text of 2025",
        known_from=REPORTED,
        span="whole",
        deadline="At 1,500 and at 3,000 hours, each within 30 days of your asking for it.",
        parts=(
            _TRAINEE,
            _BY,
            _AT,
            Part("Span", _SPAN),
            Part("Hours", (*_DIRECT_AND_REST, *_SUPERVISION_HOURS)),
            Part(
                "Evaluation by the supervisor",
                (
                    Line("Asked for on"),
                    Line("At 1,500 or at 3,000 hours"),
                    Line("Diagnosis and treatment of mental and emotional disorders"),
                    Line("Professional conduct and ethics"),
                    Line("Strengths, and what is to be developed"),
                    Line("Remarks of the supervisee"),
                ),
            ),
        ),
        hands=_BOTH_TRUE,
    ),
    *_virginia("Virginia Board of Counseling", "LPC", "18VAC115-20-52"),
    *_virginia("Virginia Board of Counseling", "LMFT", "18VAC115-50-60"),
    *_virginia("Virginia Board of Social Work", "LCSW", "18VAC140-20-50"),
)


def forms_for(jurisdiction: str, license_: str) -> list[BoardForm]:
    """The forms of a goal's board, in the order of the catalog."""
    return [form for form in FORMS if form.jurisdiction == jurisdiction and license_ in form.licenses]
