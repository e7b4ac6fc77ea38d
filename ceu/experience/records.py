"""What a supervisor signs: one week of one setting as a JSON document, exactly as the page shows it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ceu.domain.experience import (
    ACTIVITY_LABELS,
    CLIENT_UNIT_LABELS,
    DELIVERY_LABELS,
    EMPLOYMENT_LABELS,
    SETTING_KIND_LABELS,
    SUPERVISOR_LICENSE_LABELS,
)
from ceu.domain.minutes import clock_text, parse_minutes
from ceu.experience.models import Entry, SignOff, Supervision, Transfer, WeekSheet, WorkSetting
from ceu.signing.canonical import Json, as_json, canonical
from ceu.signing.records import SignedRecord, record_from_json

ATTESTATION = (
    "I attest that I supervised the person named in this record in this setting during this week, that the hours "
    "listed were performed and supervised as stated, and that I held the license named here on the days listed."
)
TAKEN_OVER_ATTESTATION = (
    "I attest that I have taken over these hours for signature from the supervisor named in this record under “supervised by”, "
    "that I did not supervise them myself, and that to the best of my knowledge, from the records and people available to me, "
    "they were performed and supervised as stated."
)
WITHDRAWAL = (
    "I withdraw my signature from the record named here, for the reason given. From now on I do not attest to the hours "
    "listed in it."
)

Body = Mapping[str, Json]


def week_body(
    sheet: WeekSheet,
    entries: Sequence[Entry],
    supervision: Supervision,
    trainee_name: str,
    supervisor_name: str,
    amends: Body | None = None,
) -> dict[str, Any]:
    """The week as it is shown and signed: plain JSON, keys with their labels, so that it can be read anywhere.

    The entries keep the order in which they are given. ``amends`` names the signed version that this one replaces. A week
    that was handed over says who supervised it and how it came to the signer.
    """
    supervised_by = sheet.supervised_by
    handed_over = (
        {}
        if supervised_by is None
        else {
            "supervised_by": {
                "name": supervised_by.name,
                "license": _license(supervised_by),
                "relative_of_trainee": supervised_by.related,
            },
            "transfers": [_transfer(one) for one in sheet.transfers],
        }
    )
    document = {
        "trainee": trainee_name,
        "setting": setting_of(sheet.setting),
        "week": {"start": sheet.week_start, "end": sheet.week_end},
        "sheet": {"number": sheet.id, "version": sheet.version},
        "supervisor": {
            "name": supervisor_name,
            "license": _license(supervision),
            "relative_of_trainee": supervision.related,
        },
        "entries": [_entry(entry) for entry in entries],
        "totals": _totals(entries),
        "attestation": ATTESTATION if supervised_by is None else TAKEN_OVER_ATTESTATION,
        **handed_over,
        **({} if amends is None else {"amends": amends}),
    }
    plain = as_json(document, "body")
    assert isinstance(plain, dict)
    return plain


def setting_of(setting: WorkSetting) -> dict[str, str]:
    """A work setting as records name it."""
    return {
        "name": setting.name,
        "kind": SETTING_KIND_LABELS[setting.kind],
        "employment": EMPLOYMENT_LABELS[setting.employment],
    }


def week_lines(sheet: WeekSheet) -> dict[str, object]:
    """A week inside a span: which it is, its entries and its totals."""
    return {
        "week": {"start": sheet.week_start, "end": sheet.week_end},
        "sheet": {"number": sheet.id, "version": sheet.version},
        "entries": [_entry(entry) for entry in sheet.entries],
        "totals": _totals(sheet.entries),
    }


def amendment(in_force: SignOff, reason: str) -> dict[str, Json]:
    """What an amended week says about the signed version it is to replace."""
    return {"version": in_force.sheet_version, "sha256": in_force.sha256, "reason": reason}


def withdrawal_body(withdrawn: SignedRecord, reason: str) -> dict[str, Json]:
    """What a supervisor seals who withdraws a signature: whose week it was, which record, and why."""
    kept = {name: withdrawn.body[name] for name in ("trainee", "setting", "week", "sheet", "supervisor")}
    return {
        **kept,
        "withdraws": {"sha256": withdrawn.sha256, "signed_at": withdrawn.signed_at},
        "reason": reason,
        "attestation": WITHDRAWAL,
    }


def signed_lines(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a signed week in the words of the log, in their order."""
    return [
        {
            "day": date.fromisoformat(line["day"]),
            "start_minute": None if line["start"] is None else parse_minutes(line["start"]),
            "minutes": line["minutes"],
            "activity": line["activity"],
            "client_unit": line["client_unit"],
            "delivery": line["delivery"],
            "head_count": line["supervisees"],
            "note": line["note"],
        }
        for line in body["entries"]
    ]


def digest(body: Body) -> str:
    """SHA-256 of the canonical document, in hexadecimal: says whether what is signed is what was shown."""
    return hashlib.sha256(canonical(body)).hexdigest()


def read_record(text: str) -> SignedRecord:
    """The record that was stored as canonical JSON."""
    return record_from_json(json.loads(text))


def license_line(body: Mapping[str, Any]) -> str:
    """The supervisor's license in one line: "LMFT 98765, expires 2028-03-31"."""
    license_ = body["supervisor"]["license"]
    return f"{license_['type']} {license_['number']}, expires {license_['expires_on']}"


def _transfer(transfer: Transfer) -> dict[str, object]:
    return {
        "from": transfer.from_supervision.name,
        "to": transfer.to_supervision.name,
        "reason": transfer.reason,
        "asked_at": transfer.asked_at,
        "accepted_at": transfer.accepted_at,
    }


def _license(supervision: Supervision) -> dict[str, object] | None:
    if supervision.license_type is None:
        return None
    kind = supervision.license_type
    return {
        "type": kind,
        "title": SUPERVISOR_LICENSE_LABELS[kind],
        "number": supervision.license_number,
        "issued_on": supervision.licensed_on,
        "expires_on": supervision.license_expires_on,
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "day": entry.day,
        "start": None if entry.start_minute is None else clock_text(entry.start_minute),
        "minutes": entry.minutes,
        "activity": entry.activity,
        "activity_label": ACTIVITY_LABELS[entry.activity],
        "client_unit": entry.client_unit,
        "client_unit_label": None if entry.client_unit is None else CLIENT_UNIT_LABELS[entry.client_unit],
        "delivery": entry.delivery,
        "delivery_label": DELIVERY_LABELS[entry.delivery],
        "supervisees": entry.head_count,
        "note": entry.note,
    }


def _totals(entries: Sequence[Entry]) -> dict[str, object]:
    minutes: dict[str, int] = {}
    for entry in entries:
        minutes[entry.activity] = minutes.get(entry.activity, 0) + entry.minutes
    by_activity = [
        {"activity": activity, "activity_label": label, "minutes": minutes[activity]}
        for activity, label in ACTIVITY_LABELS.items()
        if activity in minutes
    ]
    return {"minutes": sum(minutes.values()), "by_activity": by_activity}
