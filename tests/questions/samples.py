"""One question of every kind, as an author writes it."""

from typing import Any

SINGLE: dict[str, Any] = {
    "id": "single",
    "stem": "Where is the client?",
    "objective": "hear",
    "lesson": "hearing",
    "options": [
        {"id": "a", "text": "Ask", "correct": True, "feedback": "Yes."},
        {"id": "b", "text": "Guess", "feedback": "Never."},
        {"id": "c", "text": "Look it up", "fraction": "1/3", "feedback": "Only half."},
        {"id": "d", "text": "Wait", "fraction": -0.25, "feedback": "No."},
    ],
}
SEVERAL: dict[str, Any] = {
    "kind": "choice",
    "several": True,
    "id": "several",
    "stem": "Which are **identifiers**?",
    "options": [
        {"id": "a", "text": "Name", "correct": True},
        {"id": "b", "text": "Telephone number", "correct": True},
        {"id": "c", "text": "Diagnosis"},
        {"id": "d", "text": "State"},
        {"id": "e", "text": "Mood"},
    ],
}
TRUE_FALSE: dict[str, Any] = {
    "kind": "true_false",
    "id": "tf",
    "stem": "Consent may be verbal.",
    "answer": True,
    "if_false": "It may be, if it is documented.",
}
SHORT: dict[str, Any] = {
    "kind": "short_text",
    "id": "short",
    "stem": "Which body licenses LMFTs in California?",
    "answers": [
        {"pattern": "Board of Behavioral Sciences", "feedback": "Right."},
        {"pattern": "BBS"},
        {"pattern": "*board*", "fraction": "1/2", "feedback": "Which board?"},
    ],
}
NUMERIC: dict[str, Any] = {
    "kind": "numeric",
    "id": "number",
    "stem": "How long is a contact hour?",
    "answers": [
        {"value": 60, "tolerance": 0},
        {"low": 50, "high": 60, "fraction": "1/2", "feedback": "A clinical hour."},
        {"fraction": 0, "feedback": "Neither."},
    ],
    "units": [{"name": "min"}, {"name": "h", "factor": 60}],
    "unit_needed": True,
    "unit_penalty": "1/10",
}
MATCHING: dict[str, Any] = {
    "kind": "matching",
    "id": "match",
    "stem": "Who accredits?",
    "prompts": [
        {"id": "p1", "text": "ACE", "match": "aswb", "feedback": "ASWB."},
        {"id": "p2", "text": "ACEP", "match": "nbcc"},
        {"id": "p3", "text": "CEPA", "match": "camft"},
    ],
    "targets": [
        {"id": "aswb", "text": "ASWB"},
        {"id": "nbcc", "text": "NBCC"},
        {"id": "camft", "text": "CAMFT"},
        {"id": "apa", "text": "APA"},
    ],
}
ORDERING: dict[str, Any] = {
    "kind": "ordering",
    "id": "order",
    "stem": "At the start of a session:",
    "items": [
        {"id": "one", "text": "Greet"},
        {"id": "two", "text": "Ask where the client is"},
        {"id": "three", "text": "Check the emergency contact"},
        {"id": "four", "text": "Begin"},
    ],
}
CLOZE: dict[str, Any] = {
    "kind": "cloze",
    "id": "cloze",
    "stem": "A record is kept {{years}} years under {{law}}, and a minor's until {{ who }} is old enough.",
    "gaps": [
        {"id": "years", "kind": "numeric", "weight": 2, "answers": [{"value": 7}]},
        {
            "id": "law",
            "kind": "choice",
            "options": [{"id": "hsc", "text": "HSC 123149", "correct": True}, {"id": "bpc", "text": "BPC 1"}],
        },
        {"id": "who", "kind": "short_text", "answers": [{"pattern": "the minor"}]},
    ],
}
ALL = (SINGLE, SEVERAL, TRUE_FALSE, SHORT, NUMERIC, MATCHING, ORDERING, CLOZE)
