"""FHIR R4 (4.0.1) resources that people upload: `Encounter` and `Appointment`, in a Bundle or one per line.

Of a resource only its state, its times and its codes are read, and a reference to its subject, from which the site
makes a hash. Names, narrative, reasons, diagnoses and notes are never looked at.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ceu.adapters.tables import MOST_ROWS, check_size, decoded, refused

_VIRTUAL = frozenset({"VR"})
_PLACES = frozenset({"AMB", "HH", "FLD", "IMP", "OBSENC", "EMER", "ACUTE", "NONAC", "PRENC", "SS"})
"""Codes of v3-ActCode for encounters in which people meet."""

_NO_TIMES = "This {name} does not say when it began and ended, to the minute."
_MINUTES_PER = {"min": 1, "h": 60}


@dataclass(frozen=True)
class Contact:
    """An encounter or an appointment: the place of its resource in the file, its coded kind, and when it was.

    ``start`` is an instant where the person lives. ``planned`` is true of an appointment, which is no proof that anybody
    came. ``subject`` is the reference to the client, to be hashed and forgotten.
    """

    line: int
    status: str
    planned: bool
    kind: str = ""
    delivery: str = ""
    subject: str = ""
    start: datetime | None = None
    minutes: int | None = None
    problem: str = ""


def read_contacts(data: bytes, time_zone: str) -> list[Contact]:
    """The encounters and appointments of a file. Raises DomainError with a sentence when there are none."""
    check_size(data)
    zone = ZoneInfo(time_zone)
    contacts: list[Contact] = []
    for line, resource in _resources(decoded(data).strip()):
        if len(contacts) >= MOST_ROWS:
            raise refused(f"This file has more than {MOST_ROWS:,} resources. Export a shorter time.")
        if not isinstance(resource, dict):
            contacts.append(Contact(line, "", False, problem="This line is not a FHIR resource."))
        elif resource.get("resourceType") in {"Encounter", "Appointment"}:
            contacts.append(_contact(line, resource, zone))
    if not contacts:
        raise refused(
            "There is neither an Encounter nor an Appointment in this file. Export a FHIR R4 bundle of them."
        )
    return contacts


def _resources(text: str) -> Iterator[tuple[int, Any]]:
    """Every resource with its place: its entry in a bundle, or its line in a file of one resource per line."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and whole.get("resourceType") == "Bundle":
        entries = whole.get("entry")
        for number, entry in enumerate(entries if isinstance(entries, list) else (), start=1):
            yield number, entry.get("resource") if isinstance(entry, dict) else None
    elif isinstance(whole, dict):
        yield 1, whole
    elif whole is None and text.startswith("{") and "\n" in text:
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield number, _loaded(line)
    else:
        raise refused("This is not FHIR in JSON. Export a bundle of R4 encounters as JSON.")


def _loaded(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _contact(line: int, resource: dict[str, Any], zone: ZoneInfo) -> Contact:
    planned = resource["resourceType"] == "Appointment"
    status = _text(resource.get("status"))
    subject = _reference(resource.get("subject")) if not planned else _patient(resource)
    try:
        start, minutes = _times(resource, planned)
    except ValueError:
        problem = _NO_TIMES.format(name=resource["resourceType"])
        return Contact(line, status, planned, _kind(resource), _delivery(resource), subject, problem=problem)
    return Contact(
        line, status, planned, _kind(resource), _delivery(resource), subject, start.astimezone(zone), minutes
    )


def _times(resource: dict[str, Any], planned: bool) -> tuple[datetime, int]:
    """Begin and whole minutes; raises ValueError where they cannot be told."""
    period = resource if planned else resource.get("period")
    if not isinstance(period, dict):
        raise ValueError("no period")
    start = _instant(period.get("start"))
    if "end" in period:
        return start, int((_instant(period["end"]) - start) / timedelta(minutes=1))
    length = resource.get("minutesDuration")
    if planned and isinstance(length, int) and not isinstance(length, bool):
        return start, length
    return start, _length(resource.get("length"))


def _length(quantity: Any) -> int:
    """Whole minutes of a FHIR Duration."""
    value = quantity.get("value") if isinstance(quantity, dict) else None
    unit = _text(quantity.get("code", quantity.get("unit"))) if isinstance(quantity, dict) else ""
    if not isinstance(value, int | float) or unit not in _MINUTES_PER:
        raise ValueError("no length")
    return int(value * _MINUTES_PER[unit])


def _instant(value: Any) -> datetime:
    """A FHIR dateTime with a time, which then has an offset."""
    instant = datetime.fromisoformat(_text(value))
    if instant.tzinfo is None:
        raise ValueError("no offset")
    return instant.astimezone(UTC)


def _kind(resource: dict[str, Any]) -> str:
    """What the codes call it: its type, else its service type, else nothing. Free text is not looked at."""
    for name in ("type", "appointmentType", "serviceType"):
        found = resource.get(name)
        for concept in found if isinstance(found, list) else [found]:
            for coding in _list(concept, "coding"):
                if label := _text(coding.get("display")) or _text(coding.get("code")):
                    return label
    return ""


def _delivery(resource: dict[str, Any]) -> str:
    coding = resource.get("class")
    code = _text(coding.get("code")) if isinstance(coding, dict) else ""
    return "virtual" if code in _VIRTUAL else "in person" if code in _PLACES else ""


def _patient(resource: dict[str, Any]) -> str:
    references = (_reference(participant.get("actor")) for participant in _list(resource, "participant"))
    return next((reference for reference in references if "Patient/" in reference), "")


def _reference(value: Any) -> str:
    return _text(value.get("reference")) if isinstance(value, dict) else ""


def _list(value: Any, name: str) -> list[dict[str, Any]]:
    found = value.get(name) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(value: Any) -> str:
    return value[:80] if isinstance(value, str) else ""
