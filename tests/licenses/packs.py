"""A small pack to test with: what differs from the least there can be is said by the test."""

from typing import Any

from ceu.rules.pack import Pack

LAW = {"citation": "BPC 1", "source": ["S1"], "status": "verified", "as_of": "2026-01-01"}


def version(**parts: Any) -> dict[str, Any]:
    """A version of a small pack as it stands in a file."""
    return {
        "id": "2026",
        "begins": "2026-01-01",
        "covers_from": {"day": "2020-01-01", "sentence": "Older law is not held.", **LAW},
        "definitions": {"counseling": {"activity": "counseling"}},
        "requirements": [total("3000 hours")],
    } | parts


def total(amount: str, **more: Any) -> dict[str, Any]:
    return {"id": "hours", "title": "Hours", "at_least": amount, "noun": "of experience", **LAW} | more


def pack_of(*versions: dict[str, Any], **parts: Any) -> Pack:
    return Pack.model_validate(
        {
            "pack": "us-xx/test",
            "kind": "experience",
            "jurisdiction": "US-XX",
            "board": "The Board",
            "license": "TEST",
            "title": "A small pack",
            "governed_by": ["person.applied_on", "as_of"],
            "sources": {"S1": {"title": "The code", "url": "https://example.org/code", "primary": True}},
            "facts": {
                "person.applied_on": {
                    "type": "date",
                    "label": "the day of the application",
                    "question": "When did you apply?",
                    "assume": "not_yet",
                    "not_yet": True,
                },
                "supervisor.kind": {
                    "type": "word",
                    "label": "the supervisor's license",
                    "question": "Which license?",
                    "options": {"LMFT": "Therapist", "LCSW": "Social worker", "MD": "Physician"},
                },
                "person.enrollments": {"type": "periods", "label": "the enrollments", "question": "When?"},
                "person.brought": {
                    "type": "number",
                    "label": "the hours brought along",
                    "question": "How many?",
                },
            },
            "policies": {
                "week": {
                    "question": "When does a week begin?",
                    "options": {"monday": "On Monday.", "sunday": "On Sunday."},
                    "default": "monday",
                    "reason": "The law does not say.",
                    **LAW,
                    "status": "assumed",
                }
            },
            "versions": list(versions),
        }
        | parts
    )


def cited(rule_id: str, **parts: Any) -> dict[str, Any]:
    """A rule called after its id."""
    return {"id": rule_id, "title": rule_id.capitalize(), **LAW} | parts
