"""What the columns of an uploaded table are, and which are dropped before anything is kept: pure.

A column is read only when its heading says that it tells when, how long, what, how or whether; everything else is
dropped, first of all what tells who a client is. Headings that nobody foresaw can be given a meaning by the person,
but never one that names a client, and never a column whose texts look like names, notes, telephone numbers or the like.
"""

import re
from calendar import day_abbr, day_name, month_abbr, month_name
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ceu.adapters.tables import UNCALCULATED
from ceu.importing.kinds import is_known_word
from ceu.importing.rows import Row


class Role(StrEnum):
    """What a column tells."""

    DAY = "day"
    START = "start"
    END = "end"
    LENGTH = "length"
    KIND = "kind"
    STATUS = "status"
    DELIVERY = "delivery"
    HEAD_COUNT = "head_count"
    CLIENT = "client"
    SETTING = "setting"


ROLE_LABELS: dict[str, str] = {
    Role.DAY: "Day (perhaps with the time)",
    Role.START: "Start",
    Role.END: "End",
    Role.LENGTH: "Length",
    Role.KIND: "What was done",
    Role.STATUS: "Whether it took place",
    Role.DELIVERY: "How you met",
    Role.HEAD_COUNT: "Group size",
    Role.CLIENT: "Number of the client (only a hash is kept)",
    Role.SETTING: "Where you worked",
}

MOST_KINDS = 60
"""More different texts than this in one column are notes or names, not kinds."""
MOST_SETTINGS = 12
"""More different places than this, without a word that places bear, are something else."""
LONGEST_TEXT = 80

_PLACE = re.compile(
    r"\b(?:clinic|center|centre|school|hospital|agency|practice|counseling|health|services?|university|college|institute|"
    r"program|county|community|office|department|shelter|mission|foundation)\b",
    re.IGNORECASE,
)

_CLIENT_NUMBER = re.compile(
    r"\b(?:client|patient|case|chart|record|account|mrn)\b.*\b(?:id|no|nr|number|code)\b|\bmrn\b|\bclient id\b"
)
_IDENTIFYING: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (why, re.compile(rf"\b(?:{words})\b"))
    for why, words in (
        ("a birth date or age", r"dob|birth\w*|born|age"),
        ("a telephone or fax number", r"phone\w*|mobile|cell\w*|tel|telephone|fax"),
        ("an e-mail address or link", r"e ?mail\w*|url|link|website"),
        ("an address", r"address\w*|street|city|zip|postal|postcode|county"),
        ("insurance or an amount of money",
         r"insur\w*|payer|payor|policy|member\w*|subscriber\w*|plan|claim\w*|auth\w*|copay\w*|fee|fees|amount|"
         r"charge\w*|rate|paid|balance|invoic\w*|billed|uninvoiced|payment\w*|price"),
        ("a government number", r"ssn|social security\w*|passport|license|licence|npi|taxonomy"),
        ("a diagnosis", r"diagnos\w*|dx|icd\w*|dsm\w*|condition|medication\w*|symptom\w*"),
        ("notes", r"note|notes|comment\w*|memo|description|details|remark\w*|reason|summary|subject|title|text"),
        ("names or who somebody is",
         r"name\w*|first|last|surname|initials|client|clients|patient\w*|participant names?|guardian|parent\w*|"
         r"contact (?:name|number|person|info\w*)|emergency|guarantor|responsible\w*|gender|sex|race|ethnicity|pronoun\w*|religion|employer|"
         r"booked by|created by|attendees?|invitees?|organizer|spouse|partner|referr\w*"),
        ("names", r"clinician\w*|provider\w*|therapist\w*|practitioner\w*|supervisor\w*|staff|rendering"),
    )
)  # fmt: skip

_KNOWN: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(words))
    for role, words in (
        (Role.STATUS, r"(?:(?:appointment|session|visit|event) )?(?:status|attendance|attended|outcome|show)"),
        (Role.END, r"end|ends|ended|finish|to|until|(?:end|finish|stop) (?:time|at)|time out|ending|"
                   r"end date time"),
        (Role.START, r"start|starts|started|begin|begins|from|time|(?:start|begin|appointment|session) (?:time|at)|time in|"
                     r"beginning|scheduled (?:time|start)"),
        (Role.LENGTH, r"duration.*|length.*|.*\blength|minutes?|mins?|hours?|hrs?|.*\b(?:minutes|hours|hrs|mins|duration)"),
        (Role.DAY, r"(?:.* )?(?:date|day|dos)|date (?:of service|time)|dos|(?:service|session|appointment|start) date.*|when"),
        (Role.HEAD_COUNT, r"group size|(?:number|no|count) of (?:people|participants|supervisees)|supervisees|head ?count|"
                          r"participants"),
        (Role.SETTING, r"site|worksite|work (?:site|setting|place)|workplace|agency|facility|clinic"),
        (Role.DELIVERY, r"delivery|modality|method|format|location|place|medium|mode|telehealth|how|setting|where|"
                        r"place of service|(?:location|delivery|contact|visit) (?:type|mode|method)"),
        (Role.KIND, r"type|kind|service\w*|activity|category|code|cpt.*|what|appointment|procedure.*|"
                    r"(?:appointment|session|service|activity|visit|billing|hour|event) (?:type|kind|category|code)s?"),
    )
)  # fmt: skip

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?:\+?\d[\s().-]?){7,}")
_NAME = re.compile(r"[A-Z][\w'’.-]+,? (?:[A-Z][\w'’.-]* ){0,2}[A-Z][\w'’.-]+")
_WORD = re.compile(r"[^\W\d_]+")
_WHEN = re.compile(r"[\w:./\-, +]{1,40}", re.ASCII)
_WORDS_OF_TIME = frozenset(
    word.casefold()
    for word in (
        *month_name, *month_abbr, *day_name, *day_abbr, "sept", "tues", "thur", "thurs", "am", "pm", "a", "p", "m", "t", "z", "st",
        "nd", "rd", "th", "h", "hr", "hrs", "hour", "hours", "min", "mins", "minute", "minutes",
    )
)  # fmt: skip
_DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_NUMBER = re.compile(r"\d{1,3}")


@dataclass(frozen=True)
class Column:
    """One column of a table: its heading, what it tells (or None), and why it is not read, if it is not.

    ``may_be_read`` says whether the person can give it a meaning.
    """

    heading: str
    role: Role | None
    why_not: str = ""
    may_be_read: bool = True


@dataclass(frozen=True)
class Kept:
    """What is left of a table: its columns with what became of each, and its rows."""

    columns: tuple[Column, ...]
    rows: list[Row]


def columns_of(headings: Sequence[str], wanted: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """What each column tells by its heading; ``wanted`` are the roles a person gave, by heading, and go first."""
    columns: list[Column] = []
    taken: set[Role] = set()
    for heading in headings:
        column = _column(heading, wanted)
        if column.role in taken:
            column = replace(column, role=None, why_not="another column tells this already")
        if column.role is not None:
            taken.add(column.role)
        columns.append(column)
    return tuple(columns)


def _column(heading: str, wanted: Mapping[str, str] | None) -> Column:
    words = " ".join(re.findall(r"[a-z0-9]+", heading.casefold()))
    is_number = bool(_CLIENT_NUMBER.search(words))
    identifying = next((why for why, pattern in _IDENTIFYING if pattern.search(words)), "")
    if looks_like_data(heading) or (identifying and not is_number):
        return Column(heading, None, f"it may hold {identifying or 'personal data'}", may_be_read=False)
    if wanted is not None:
        role = Role(wanted[heading]) if wanted.get(heading) in set(Role) else None
        return Column(heading, role, "" if role else "you left it out")
    if is_number:
        return Column(heading, Role.CLIENT)
    role = next((role for role, pattern in _KNOWN if pattern.fullmatch(words)), None)
    return Column(heading, role, "" if role else "its heading does not say what it is")


def looks_like_data(text: str) -> bool:
    """Whether a text in the line of headings is an entry instead: a date, a long number, an address."""
    return bool(_DATE_LIKE.search(text) or _EMAIL.search(text) or _LONG_NUMBER.search(text))


def sieve(
    columns: Sequence[Column],
    rows: Sequence[tuple[int, Sequence[str], str]],
    pseudonym: Callable[[str], str],
) -> Kept:
    """Keep of the rows (line, cells, problem) only what their columns may tell; clients become pseudonyms."""
    checked = tuple(
        _checked(column, [cells[place] for _, cells, _ in rows]) for place, column in enumerate(columns)
    )
    places = {column.role: place for place, column in enumerate(checked) if column.role is not None}
    hashes: dict[str, str] = {"": ""}

    def value(role: Role, cells: Sequence[str]) -> str:
        return cells[places[role]] if role in places else ""

    def client(cells: Sequence[str]) -> str:
        number = value(Role.CLIENT, cells)
        if number not in hashes:
            hashes[number] = pseudonym(number)
        return hashes[number]

    kept = [
        Row(
            line=line,
            day=_clean(value(Role.DAY, cells)),
            start=_clean(value(Role.START, cells)),
            end=_clean(value(Role.END, cells)),
            length=_clean(value(Role.LENGTH, cells)),
            kind=value(Role.KIND, cells),
            status=value(Role.STATUS, cells),
            delivery=value(Role.DELIVERY, cells),
            head_count=number if _NUMBER.fullmatch(number := value(Role.HEAD_COUNT, cells)) else "",
            client=client(cells),
            problem=problem,
            setting=value(Role.SETTING, cells),
        )
        for line, cells, problem in rows
    ]
    return Kept(checked, kept)


def _clean(text: str) -> str:
    """A time as it stands; of anything that cannot be one, only a mark that something stood there."""
    if text in {"", UNCALCULATED}:
        return text
    is_time = _WHEN.fullmatch(text) and {word.casefold() for word in _WORD.findall(text)} <= _WORDS_OF_TIME
    return text if is_time else "?"


def _checked(column: Column, values: Sequence[str]) -> Column:
    """The column, unless its values show that it is something else than its heading says."""
    if column.role not in {Role.KIND, Role.STATUS, Role.DELIVERY, Role.SETTING}:
        return column
    different = {value for value in values if value}
    if column.role == Role.SETTING:
        # “Bayview Clinic” is spelled like a person; without the words of places the rest must not be names.
        why = why_not_kept({value for value in different if not _PLACE.search(value)}, MOST_SETTINGS)
    else:
        why = why_not_kept(different)
    return replace(column, role=None, why_not=why, may_be_read=False) if why else column


def why_not_kept(texts: set[str], most: int = MOST_KINDS) -> str:
    """Why texts that should be kinds, states or ways of meeting are not kept, or nothing."""
    if len(texts) > most:
        return f"it holds {len(texts)} different texts, which looks like notes or names"
    if any(len(text) > LONGEST_TEXT for text in texts):
        return "it holds long texts, which look like notes"
    if any(map(looks_like_data, texts)):
        return "it holds dates, long numbers or addresses"
    unknown = [text for text in texts if not is_known_word(text)]
    if texts and sum(bool(_NAME.fullmatch(text)) for text in unknown) > len(texts) / 2:
        return "it holds what look like names of people"
    return ""
