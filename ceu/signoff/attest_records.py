"""What is sealed when somebody vouches for hours they may not have supervised: a span as JSON, never a supervisor's sign-off.

The board decides what such a record is worth; it says so itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ceu.domain.experience import ACTIVITY_LABELS, CLIENT_UNIT_LABELS, SUPERVISOR_LICENSE_LABELS, RecordKind
from ceu.experience.attest_models import Attestation, Backlog, Evidence
from ceu.experience.models import WeekSheet
from ceu.experience.records import Body, setting_of, week_lines
from ceu.signing.canonical import as_json
from ceu.signing.records import SignedRecord

SUPERVISOR, OWN = "supervisor", "own"
RELATIONS: dict[str, str] = {
    SUPERVISOR: "Supervised this work",
    "director": "Director of the setting",
    "agency": "Speaks for the agency or school",
    "colleague": "Licensed colleague who knows of the work",
    OWN: "The trainee’s own sworn statement",
}
WHYS: dict[str, str] = {
    "died": "The supervisor has died",
    "not_found": "The supervisor cannot be found",
    "refuses": "The supervisor refuses to sign",
    "incapable": "The supervisor is no longer able to sign",
    "earlier_log": "The hours come from an earlier log",
}
STANDING = (
    "This is an attestation by another person than the supervisor, on the strength of the evidence named. It is not a "
    "supervisor’s signature; the board decides whether it accepts it."
)
ATTESTATION = (
    "I attest that, to the best of my knowledge and on the strength of the evidence named in this record, the hours listed "
    "were performed by the person named, in this setting and span, and supervised as stated."
)
OWN_STATEMENT = (
    "I declare under penalty of perjury that the hours listed in this record were performed by me, in this setting and span, "
    "and supervised as stated, and that the evidence named is genuine."
)
SPAN_SIGN_OFF = (
    "I attest that I supervised the person named in this record in this setting and span, and that these totals, taken from the "
    "earlier log named, are those of hours that were performed and supervised as stated."
)
ENDING = (
    "I end the attestation named here, for the reason given. From now on nobody vouches for its hours by it."
)


def kind_of(attestation: Attestation) -> RecordKind:
    """Which kind of record it becomes."""
    is_signed = attestation.relation == SUPERVISOR and attestation.backlog_id is not None
    return RecordKind.BACKLOG_SIGN_OFF if is_signed else RecordKind.ATTESTATION


def meaning_of(attestation: Attestation) -> str:
    """The sentence that is attested to."""
    if kind_of(attestation) == RecordKind.BACKLOG_SIGN_OFF:
        return SPAN_SIGN_OFF
    return OWN_STATEMENT if attestation.relation == OWN else ATTESTATION


def span_body(attestation: Attestation, sheets: Sequence[WeekSheet], trainee: str) -> dict[str, Any]:
    """The document as it is shown and sealed: plain JSON, keys with their labels."""
    backlog = attestation.backlog
    evidence = [*attestation.evidence, *(backlog.evidence if backlog else ())]
    supervisors = [_supervisor(sheet) for sheet in sheets] if backlog is None else [_of_backlog(backlog)]
    document: dict[str, object] = {
        "trainee": trainee,
        "setting": setting_of(attestation.setting),
        "span": {"start": attestation.first_day, "end": attestation.last_day},
        "supervised_by": [one for place, one in enumerate(supervisors) if one not in supervisors[:place]],
        "why_not_signed": {"reason": WHYS[attestation.why], "text": attestation.why_text},
        "attester": {
            "name": attestation.name,
            "relation": RELATIONS[attestation.relation],
            "license": license_text(attestation.license_type, attestation.license_number),
        },
        "evidence": [_evidence(one) for one in evidence],
        "attestation": meaning_of(attestation),
    }
    if kind_of(attestation) == RecordKind.ATTESTATION:
        document["standing"] = STANDING
    if backlog is None:
        document |= {
            "weeks": [week_lines(sheet) for sheet in sheets],
            "totals": {"minutes": sum(sheet.minutes for sheet in sheets), "by_activity": _sum(sheets)},
        }
    else:
        document |= {
            "earlier_log": {
                "number": backlog.id,
                "version": backlog.version,
                "source": backlog.source,
                "signed_on_paper_by": backlog.paper_signed_by,
                "signed_on_paper_on": backlog.paper_signed_on,
            },
            "totals": {
                "minutes": backlog.minutes,
                "by_activity": [total_line(one) for one in backlog.totals],
            },
        }
    plain = as_json(document, "body")
    assert isinstance(plain, dict)
    return plain


def ending_body(sealed: SignedRecord, reason: str) -> Body:
    """What is sealed when an attestation is ended: which one, and why."""
    kept = {name: sealed.body[name] for name in ("trainee", "setting", "span", "attester")}
    return {
        **kept,
        "withdraws": {"sha256": sealed.sha256, "signed_at": sealed.signed_at},
        "reason": reason,
        "attestation": ENDING,
    }


def license_text(license_type: str | None, number: str) -> str:
    """A license in one line, "" when none is named."""
    return " ".join(filter(None, (license_type, number)))


def total_line(total: Mapping[str, Any]) -> dict[str, Any]:
    """A total with its labels."""
    unit = total["client_unit"]
    return {
        "activity": total["activity"],
        "activity_label": ACTIVITY_LABELS[total["activity"]],
        "client_unit": unit,
        "client_unit_label": CLIENT_UNIT_LABELS[unit] if unit else None,
        "minutes": total["minutes"],
    }


def _sum(sheets: Iterable[WeekSheet]) -> list[dict[str, Any]]:
    minutes: dict[str, int] = {}
    for sheet in sheets:
        for activity, amount in sheet.totals.items():
            minutes[activity] = minutes.get(activity, 0) + amount
    return [
        {"activity": activity, "activity_label": label, "minutes": minutes[activity]}
        for activity, label in ACTIVITY_LABELS.items()
        if activity in minutes
    ]


def _supervisor(sheet: WeekSheet) -> dict[str, Any] | None:
    under = sheet.supervised_by or sheet.supervision
    if under is None:
        return None
    return {"name": under.name, "license": license_text(under.license_type, under.license_number or "")}


def _of_backlog(backlog: Backlog) -> dict[str, Any]:
    kind = SUPERVISOR_LICENSE_LABELS.get(backlog.license_type or "", "")
    return {
        "name": backlog.supervisor_name,
        "license": " ".join(filter(None, (kind, backlog.license_number))),
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    return {"title": one.title, "media_type": one.media_type, "bytes": one.size, "sha256": one.sha256}
