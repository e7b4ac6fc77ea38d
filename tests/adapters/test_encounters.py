"""FHIR R4 bundles per the standard: finished encounters with times are read, and nothing that says who or why."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.encounters import Contact, read_contacts
from ceu.adapters.tables import MOST_ROWS
from ceu.domain.errors import DomainError

LOS_ANGELES = "America/Los_Angeles"


def encounter(**changes: Any) -> dict[str, Any]:
    """An encounter with everything that the standard has for a name, an address or a story."""
    return {
        "resourceType": "Encounter",
        "id": "enc-1",
        "text": {"status": "generated", "div": "<div>Robin Doe, anxiety</div>"},
        "status": "finished",
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "VR",
            "display": "virtual",
        },
        "type": [
            {
                "coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "90834"}],
                "text": "Robin, weekly",
            }
        ],
        "serviceType": {"text": "Therapy for Robin"},
        "subject": {"reference": "Patient/77", "display": "Robin Doe"},
        "participant": [{"individual": {"reference": "Practitioner/1", "display": "Alice Example"}}],
        "period": {"start": "2026-11-16T18:00:00Z", "end": "2026-11-16T18:53:30Z"},
        "reasonCode": [{"text": "Panic attacks"}],
        "diagnosis": [{"condition": {"display": "F41.0"}}],
        **changes,
    }


def appointment(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "status": "booked",
        "appointmentType": {"coding": [{"code": "FOLLOWUP", "display": "A follow up visit"}]},
        "start": "2026-11-16T10:00:00-08:00",
        "end": "2026-11-16T10:50:00-08:00",
        "comment": "Robin asked for a window seat",
        "participant": [
            {"actor": {"reference": "Practitioner/1"}, "status": "accepted"},
            {"actor": {"reference": "Patient/77", "display": "Robin Doe"}, "status": "accepted"},
        ],
        **changes,
    }


def bundle(*resources: Any) -> bytes:
    entries = [{"fullUrl": f"urn:uuid:{number}", "resource": one} for number, one in enumerate(resources)]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}).encode()


def read(*resources: Any) -> list[Contact]:
    return read_contacts(bundle(*resources), LOS_ANGELES)


def test_an_encounter() -> None:
    (one,) = read(encounter())
    assert one == Contact(
        line=1, status="finished", planned=False, kind="90834", delivery="virtual", subject="Patient/77",
        start=datetime.fromisoformat("2026-11-16T10:00:00-08:00"), minutes=53,
    )  # fmt: skip
    assert one.start is not None
    assert one.start.hour == 10, "where the person lives"


def test_an_appointment_is_planned() -> None:
    (one,) = read(appointment())
    assert (one.planned, one.status, one.kind, one.minutes, one.subject) == (
        True, "booked", "A follow up visit", 50, "Patient/77",
    )  # fmt: skip


def test_names_stories_and_diagnoses_are_not_read() -> None:
    read_of_it = repr(read(encounter(), appointment()))
    for word in ("Robin", "Doe", "Alice", "Panic", "anxiety", "F41", "window", "weekly", "Practitioner"):
        assert word not in read_of_it


def test_lengths_where_there_is_no_end() -> None:
    start = "2026-11-16T18:00:00Z"
    assert read(encounter(period={"start": start}, length={"value": 50, "code": "min"}))[0].minutes == 50
    assert read(encounter(period={"start": start}, length={"value": 1.5, "unit": "h"}))[0].minutes == 90
    without_end = {name: value for name, value in appointment(minutesDuration=45).items() if name != "end"}
    assert read(without_end)[0].minutes == 45


@pytest.mark.parametrize(
    "changes",
    [
        {"period": None},
        {"period": {}},
        {"period": {"start": "2026-11-16"}},
        {"period": {"start": "2026-11-16T10:00:00", "end": "2026-11-16T11:00:00"}},
        {"period": {"start": "2026-11-16T18:00:00Z"}},
        {"period": {"start": "2026-11-16T18:00:00Z"}, "length": {"value": 3, "code": "d"}},
        {"period": {"start": "2026-11-16T18:00:00Z"}, "length": {"value": "50", "code": "min"}},
        {"period": {"start": "2026-11-16T18:00:00Z", "end": "2026-13-16T18:00:00Z"}},
        {"period": ["2026-11-16T18:00:00Z"]},
    ],
)
def test_an_encounter_without_times_has_a_sentence_and_the_rest_is_read(changes: dict[str, Any]) -> None:
    failed, fine = read(encounter(**changes), encounter())
    assert failed.problem == "This Encounter does not say when it began and ended, to the minute."
    assert (failed.line, failed.minutes) == (1, None)
    assert (fine.line, fine.minutes) == (2, 53)


def test_classes() -> None:
    ways = [
        read(encounter(**{"class": one}))[0].delivery
        for one in ({"code": "AMB"}, {"code": "odd"}, None, "VR")
    ]
    assert ways == ["in person", "", "", ""]


def test_a_file_of_one_resource_per_line() -> None:
    data = b"\n".join([json.dumps(encounter()).encode(), b"{broken", json.dumps(appointment()).encode(), b""])
    found = read_contacts(data, LOS_ANGELES)
    assert [(one.line, bool(one.problem)) for one in found] == [(1, False), (2, True), (3, False)]


def test_one_resource_alone() -> None:
    assert len(read_contacts(json.dumps(encounter()).encode(), LOS_ANGELES)) == 1


def test_other_resources_are_passed_over() -> None:
    assert len(read({"resourceType": "Patient", "name": [{"family": "Doe"}]}, encounter())) == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"Date,Minutes\n2026-11-16,50\n", b"[]", b"{}", b"null", b"{", b'{"resourceType":"Bundle"}',
     b'{"resourceType":"Bundle","entry":7}', b"[" * 100_000, b'{"resourceType":"Patient"}'],
)  # fmt: skip
def test_what_is_no_fhir_gets_a_sentence(data: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        read_contacts(data, LOS_ANGELES)
    assert caught.value.message.endswith(".")


def test_too_many() -> None:
    small = {"resourceType": "Encounter", "status": "finished"}
    with pytest.raises(DomainError, match="more than 20,000 resources"):
        read(*[small] * (MOST_ROWS + 1))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["coding", "code", "start", "end", "actor", "reference", "value", "display"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(encounter() | appointment())), JSON, max_size=8), st.booleans())
@settings(max_examples=200, deadline=None)
def test_whatever_stands_in_a_resource(parts: dict[str, Any], planned: bool) -> None:
    (one,) = read({**parts, "resourceType": "Appointment" if planned else "Encounter"})
    assert one.problem or one.minutes is not None
