"""Finds in a short text what could tell who a client is: the identifiers of HIPAA's Safe Harbor (45 CFR 164.514(b)(2)(i)).

Exact rules, in one table, each with what to write instead. They are a careful second reader, not a proof: what a sentence
reveals without naming it (a rare job, a well-known event) only a person can judge.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ceu.deidentify.folding import fold
from ceu.deidentify.words import CAPITALS, EPONYMS, ORDINARY, STATES


class Kind(StrEnum):
    """The kinds of identifier that occur in notes."""

    NAME = "a person’s name"
    INITIALS = "initials with a year of birth"
    BIRTH_DATE = "a date of birth"
    DATE = "a full date"
    AGE = "an age over 89"
    PHONE = "a telephone number"
    EMAIL = "an e-mail address"
    URL = "a web address"
    IP = "an Internet address"
    SSN = "a social security number"
    RECORD_NUMBER = "a record or account number"
    LICENSE_NUMBER = "a license or certificate number"
    PLATE = "a license plate or vehicle number"
    ADDRESS = "a street address"
    ZIP = "a ZIP code"
    NUMBER = "a long number"


@dataclass(frozen=True)
class Finding:
    """Where an identifier stands, what kind it is, and what to write instead; ``text`` is as it was typed."""

    start: int
    end: int
    kind: Kind
    text: str
    instead: str

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, for the person who wrote it."""
        return f"“{self.text}” looks like {self.kind.value}. {self.instead}"


@dataclass(frozen=True)
class _Rule:
    """A pattern of plain text; its group ``id`` is the identifier where the pattern needs a neighbor to know it."""

    kind: Kind
    pattern: re.Pattern[str]
    instead: str
    holds: Callable[[re.Match[str]], bool] = lambda match: True


def _is_name(match: re.Match[str]) -> bool:
    """Not an ordinary word or abbreviation, nor an eponym in a test's or a school's name."""
    first = re.split(r"['\s]", match["id"])[0]
    if first.isupper():
        return len(first) > 2 and first not in CAPITALS and first.capitalize() not in ORDINARY
    return first not in ORDINARY and first not in EPONYMS and first.upper() not in CAPITALS


def _are_initials(match: re.Match[str]) -> bool:
    letters = re.sub(r"[^A-Z]", "", match["letters"])
    return letters not in CAPITALS


def _is_number(match: re.Match[str]) -> bool:
    """Holds a digit, and is not just a year."""
    typed = match["id"]
    return any(letter.isdigit() for letter in typed) and not re.fullmatch(r"(?:19|20)\d\d", typed)


_NAME_WORD = r"(?:[A-Z][a-z]+(?:['-][A-Z]?[a-z]+)*|[A-Z]'[A-Z][a-z]+|Mc[A-Z][a-z]+|[A-Z]{3,})"
_PARTICLES = r"(?:(?:de|da|del|la|van|von|der|bin|al) )*"
_NAME = rf"{_PARTICLES}{_NAME_WORD}(?: (?:[A-Z]\.? )?{_PARTICLES}{_NAME_WORD})?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?"
_DAY_AND_YEAR = (
    r"(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|(?:19|20)\d{2}[/.-]\d{1,2}[/.-]\d{1,2}"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH},?\s(?:19|20)\d{{2}})"
)
_DAY = rf"(?:{_DAY_AND_YEAR}|\d{{1,2}}/\d{{1,2}}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH})"
_STREET = r"(?:street|avenue|road|boulevard|lane|drive|court|way|place|terrace|circle|highway|parkway|square|trail|loop)"
_STREET_SHORT = r"(?:St|Ave|Rd|Blvd|Ln|Dr|Ct|Pl|Ter|Cir|Hwy|Pkwy|Sq)"
_NUMBER_WORD = r"(?:\s*(?:number|no\.?|num\.?|nr\.?|id|\#|:|is|=))*\s*"
_PERSON = (
    r"(?:client|patient|pt|mother|father|mom|dad|wife|husband|spouse|partner|son|daughter|brother|sister|aunt|uncle|"
    r"grandmother|grandfather|parent|sibling|cousin|fiance|fiancee|boyfriend|girlfriend|neighbor|teacher|roommate)"
)


def _rule(
    kind: Kind,
    pattern: str,
    instead: str,
    holds: Callable[[re.Match[str]], bool] = lambda match: True,
    flags: int = 0,
) -> _Rule:
    return _Rule(kind, re.compile(pattern, flags), instead, holds)


RULES: tuple[_Rule, ...] = (
    _rule(
        Kind.EMAIL,
        r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
        "Leave it out.",
    ),
    _rule(
        Kind.URL,
        r"\b(?:https?://|www\.)\S+[\w/]|\b[\w-]{1,63}\.(?:com|org|net|edu|gov|io|info|biz|me|us)\b(?:/\S*)?",
        "Leave it out, or name the kind of page.",
        flags=re.IGNORECASE,
    ),
    _rule(Kind.SSN, r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])", "Leave it out."),
    _rule(
        Kind.SSN,
        rf"\b(?:ssn|social security)(?:\sends?|\sending)?(?:\sin)?{_NUMBER_WORD}(?P<id>[\dxX*-]{{4,11}})",
        "Leave it out, the last digits too.",
        _is_number,
        re.IGNORECASE,
    ),
    _rule(
        Kind.PHONE,
        r"(?<![\d-])(?:\+?1[-. ]?)?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\d-])|(?<![\d-])\d{3}[-.]\d{4}(?![\d-])",
        "Leave it out.",
    ),
    _rule(Kind.PHONE, r"\+\d{1,3}(?:[-. ]?\d{2,4}){2,5}(?!\d)", "Leave it out."),
    _rule(
        Kind.BIRTH_DATE,
        rf"\b(?:dob|d\.o\.b\.?|date of birth|birth\s?date|birthday|born)(?:\s*(?:on|is|was|:))*\s*(?P<id>{_DAY})",
        "Write the age, or the year alone.",
        flags=re.IGNORECASE,
    ),
    _rule(
        Kind.INITIALS,
        r"\b(?P<letters>[A-Z]\.\s?(?:[A-Z]\.\s?){1,2}|[A-Z]{2})[,;]?\s?\(?(?:(?:b\.|born|birth year|yob|\*)\s*(?:in\s)?)?"
        r"(?:19|20)\d{2}\b",
        "Write “client” and the age.",
        _are_initials,
    ),
    _rule(
        Kind.DATE,
        rf"(?<![\d/.-]){_DAY_AND_YEAR}(?![\d/-])",
        "Write the year alone, or “last month”.",
        flags=re.IGNORECASE,
    ),
    _rule(
        Kind.AGE,
        r"\b(?:9\d|1[0-3]\d)[- ]?(?:years?|yrs?\.?)[- ]?(?:old|of age)\b|\b(?:9\d|1[0-3]\d)\s?y/?o\b"
        r"|\b(?:aged?|age is|age:)\s?(?P<id>9\d|1[0-3]\d)\b|\bninety(?:[- ][a-z]+)?[- ]years?[- ]old\b",
        "Write “90 or older”.",
        flags=re.IGNORECASE,
    ),
    _rule(
        Kind.RECORD_NUMBER,
        rf"\b(?:mrn|medical record|record|chart|case|file|account|acct|member|policy|claim|beneficiary|insurance|medicaid|"
        rf"medicare|client id|patient id){_NUMBER_WORD}(?P<id>[A-Z0-9][A-Z0-9-]{{3,}})\b",
        "Leave it out.",
        _is_number,
        re.IGNORECASE,
    ),
    _rule(
        Kind.PLATE,
        r"\b(?:license plate|licence plate|plate|plates|tag no\.?|vin)(?:\s*(?:number|no\.?|\#|:|is|=))*\s*"
        r"(?P<id>[A-Z0-9]{2,4}[- ]?[A-Z0-9]{2,4}|[A-HJ-NPR-Z0-9]{17})\b",
        "Leave it out.",
        _is_number,
        re.IGNORECASE,
    ),
    _rule(Kind.PLATE, r"\b\d[A-Z]{3}\d{3}\b|\b(?=[A-Z]*\d)[A-HJ-NPR-Z0-9]{17}\b", "Leave it out."),
    _rule(
        Kind.LICENSE_NUMBER,
        rf"\b(?:driver'?s? licen[sc]e|licen[sc]e|certificate|passport|dl){_NUMBER_WORD}(?P<id>[A-Z0-9][A-Z0-9-]{{4,}})\b",
        "Leave it out.",
        _is_number,
        re.IGNORECASE,
    ),
    _rule(
        Kind.ADDRESS,
        rf"\b\d{{1,6}}\s(?:[NSEW]\.?\s)?(?:(?:[A-Z][\w']*|\d{{1,3}}(?:st|nd|rd|th))\s){{1,4}}(?:(?i:{_STREET})\b|{_STREET_SHORT}\b\.?)"
        rf"|\b\d{{2,6}}\s[a-z]+\s(?:street|avenue|boulevard|road|lane)\b|\b(?i:p\.?\s?o\.?\sbox)\s\d+",
        "Name the kind of place, or the state.",
    ),
    _rule(
        Kind.ZIP,
        rf"\b(?:{'|'.join(STATES)}),?\s(?P<id>\d{{5}}(?:-\d{{4}})?)\b|(?<![\d-])\d{{5}}-\d{{4}}(?![\d-])"
        r"|\b(?i:zip(?: code)?)(?:\s*(?:is|:))?\s*(?P<other>\d{5})\b",
        "Leave it out, or write the state.",
    ),
    _rule(Kind.IP, r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", "Leave it out."),
    _rule(Kind.NUMBER, r"(?<![\d.])\d{7,}(?!\d)", "Leave it out, unless it tells nothing about a client."),
    _rule(
        Kind.NAME,
        rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Sr|Sra|MR|MRS|MS|DR|mr|mrs|ms|dr)\b\.? ?(?P<id>{_NAME})",
        "Write “the client”, or what the person is: “a physician”.",
    ),
    _rule(
        Kind.NAME,
        rf"\b(?i:{_PERSON})(?:,|:|'s)? (?P<id>{_NAME})",
        "Write “the client” without a name.",
        _is_name,
    ),
    _rule(
        Kind.NAME,
        rf"\b(?i:named|name is|name:|called|nickname) (?P<id>{_NAME})",
        "Write “the client” without a name.",
        _is_name,
    ),
)
"""In the order of precedence: where two rules find the same place, the first one names it."""


def screen(text: str) -> list[Finding]:
    """The identifiers found in a text, by place, none overlapping another."""
    folded = fold(text)
    taken: list[tuple[int, int]] = []
    found: list[Finding] = []
    for rule, start, end in _matches(folded.text):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        place, stop = folded.span(start, end)
        found.append(Finding(place, stop, rule.kind, text[place:stop], rule.instead))
    return sorted(found, key=lambda finding: finding.start)


def _matches(plain: str) -> Iterator[tuple[_Rule, int, int]]:
    for rule in RULES:
        for match in rule.pattern.finditer(plain):
            if not rule.holds(match):
                continue
            named = next(
                (name for name, part in match.groupdict().items() if name in {"id", "other"} and part), None
            )
            start, end = match.span(named) if named else match.span()
            yield rule, start, end
