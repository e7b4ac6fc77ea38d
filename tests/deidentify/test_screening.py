"""What could tell who a client is gets found, whatever tricks hide it; what a clinician ordinarily writes is left alone."""

from time import process_time

import pytest
from hypothesis import given, strategies as st

from ceu.deidentify.screening import RULES, Kind, screen
from ceu.deidentify.words import EPONYMS

FOUND = [
    ("Saw Mr. Jones today", Kind.NAME, "Jones"),
    ("Dr Whitfield called back", Kind.NAME, "Whitfield"),
    ("Ms. de la Cruz was late", Kind.NAME, "de la Cruz"),
    ("Call with Mrs. O'Neil", Kind.NAME, "O'Neil"),
    ("client Maria came late", Kind.NAME, "Maria"),
    ("Client JOHN SMITH no show", Kind.NAME, "JOHN SMITH"),
    ("her mother Rosa joined", Kind.NAME, "Rosa"),
    ("a boy named Tyler", Kind.NAME, "Tyler"),
    ("JD 1987, intake", Kind.INITIALS, "JD 1987"),
    ("J.D., born 1990", Kind.INITIALS, "J.D., born 1990"),
    ("call 555-123-4567", Kind.PHONE, "555-123-4567"),
    ("at (415) 555-0199", Kind.PHONE, "(415) 555-0199"),
    ("at +44 20 7946 0958", Kind.PHONE, "+44 20 7946 0958"),
    ("write to a.b@mail.org", Kind.EMAIL, "a.b@mail.org"),
    ("SSN 123-45-6789", Kind.SSN, "123-45-6789"),
    ("ssn ends: xxx-6789", Kind.SSN, "xxx-6789"),
    ("MRN 00123456", Kind.RECORD_NUMBER, "00123456"),
    ("chart no. A-4471", Kind.RECORD_NUMBER, "A-4471"),
    ("DOB 3/4/1990", Kind.BIRTH_DATE, "3/4/1990"),
    ("born on March 4", Kind.BIRTH_DATE, "March 4"),
    ("since 2024-05-16", Kind.DATE, "2024-05-16"),
    ("lives at 12 Oak Street", Kind.ADDRESS, "12 Oak Street"),
    ("450 W Main St. again", Kind.ADDRESS, "450 W Main St."),
    ("P.O. Box 221", Kind.ADDRESS, "P.O. Box 221"),
    ("blog at www.someone.com/me", Kind.URL, "www.someone.com/me"),
    ("someone.com", Kind.URL, "someone.com"),
    ("from 192.168.1.20", Kind.IP, "192.168.1.20"),
    ("car 7ABC123", Kind.PLATE, "7ABC123"),
    ("license plate KLM 884", Kind.PLATE, "KLM 884"),
    ("driver's license D1234567", Kind.LICENSE_NUMBER, "D1234567"),
    ("93 years old", Kind.AGE, "93 years old"),
    ("a 101-year-old", Kind.AGE, "101-year-old"),
    ("aged 95", Kind.AGE, "95"),
    ("moved to CA 94110", Kind.ZIP, "94110"),
    ("zip code 94110", Kind.ZIP, "94110"),
    ("number 123456789", Kind.NUMBER, "123456789"),
]
LEFT_ALONE = [
    "Intake, CBT 2026 workshop, PHQ-9 score 14",
    "Client Reported sadness; Client Advocacy meeting",
    "client CBT group, CLIENT DBT skills",
    "Beck Depression Inventory with client",
    "client Rorschach protocol; the client's Hamilton scores",
    "CPT 90834 and 90837 billed",
    "Session 12 of 24, 50m, 8:30-9:20, about 1:15",
    "Miss the point; the doctor called",
    "89 years old, age 42",
    "case conference 2026; case 12; record 2 videos; file 2025",
    "3 units of parenting road map; 2 hours by the way",
    "Gottman method with a couple, week 8 of 20",
    "Parent training. Mother Reported progress. Called CPS with my supervisor.",
    "scored 24/30 at first, 27/30 now",
    "",
]


@pytest.mark.parametrize(("text", "kind", "identifier"), FOUND)
def test_identifiers_are_found_in_their_place(text: str, kind: Kind, identifier: str) -> None:
    (finding,) = screen(text)
    assert (finding.kind, finding.text) == (kind, identifier)
    assert text[finding.start : finding.end] == identifier
    assert identifier in finding.sentence
    assert finding.instead in finding.sentence


def test_every_kind_is_tried() -> None:
    assert {kind for _, kind, _ in FOUND} == set(Kind) == {rule.kind for rule in RULES}


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_ordinary_notes_are_left_alone(text: str) -> None:
    assert [finding.sentence for finding in screen(text)] == []


@given(
    st.sampled_from(sorted(EPONYMS)),
    st.sampled_from(["client {}", "client's {} results", "{} with the client"]),
)
def test_eponyms_are_kept(name: str, sentence: str) -> None:
    assert screen(sentence.format(name)) == []


def test_an_eponym_with_a_title_is_a_person() -> None:
    assert [finding.text for finding in screen("Dr. Beck referred")] == ["Beck"]


_WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_TWINS = dict(zip("ABEKMHOPCTXaeopcx", "АВЕКМНОРСТХаеорсх", strict=True))
_INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"]


@given(st.sampled_from(FOUND), st.data())
def test_tricks_hide_nothing(case: tuple[str, Kind, str], data: st.DataObject) -> None:
    text, kind, _ = case
    tricked = ""
    for letter in text:
        how = data.draw(st.sampled_from(["plain", "wide", "twin", "invisible"]))
        shown = {"wide": _WIDE, "twin": _TWINS}.get(how, {}).get(letter, letter)
        tricked += shown + (data.draw(st.sampled_from(_INVISIBLE)) if how == "invisible" else "")
    (finding,) = screen(tricked)
    assert finding.kind == kind
    assert finding.text == tricked[finding.start : finding.end]
    plain = screen(text)[0]
    assert len([letter for letter in finding.text if letter not in _INVISIBLE]) == len(plain.text)


@given(st.sampled_from(FOUND), st.sampled_from(LEFT_ALONE), st.sampled_from(LEFT_ALONE))
def test_what_stands_around_changes_nothing(case: tuple[str, Kind, str], before: str, after: str) -> None:
    text, kind, identifier = case
    assert [(f.kind, f.text) for f in screen(f"{before}\n{text}\n{after}")] == [(kind, identifier)]


@given(st.lists(st.sampled_from([text for text, _, _ in FOUND] + LEFT_ALONE), max_size=6))
def test_what_is_found_can_be_taken_out(texts: list[str]) -> None:
    text = "\n".join(texts)
    for finding in reversed(screen(text)):
        text = text[: finding.start] + "…" + text[finding.end :]
    assert screen(text) == []


@given(st.text(max_size=300))
def test_places_are_in_order_and_apart(text: str) -> None:
    findings = screen(text)
    ends = [0, *(finding.end for finding in findings)]
    for end, finding in zip(ends, findings, strict=False):
        assert end <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.text


@pytest.mark.parametrize(
    "part", ["a", "a-", "A. ", "1 ", "1-", "Aa ", "client A", "12 Aa ", "a.", "@", "born ", "\u200b", "е"]
)
def test_long_texts_take_no_time(part: str) -> None:
    began = process_time()
    screen((part * 4000)[:4000])
    assert process_time() - began < 0.5
