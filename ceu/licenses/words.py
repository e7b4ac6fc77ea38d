"""The words of continuing education as pages show them: topics, approval bodies, delivery, and kinds of credit."""

from collections.abc import Iterable

TOPIC_LABELS: dict[str, str] = {
    "boundaries": "Professional boundaries",
    "couples_families": "Couples and families",
    "cultural_diversity": "Cultural diversity",
    "domestic_violence": "Domestic violence",
    "ethics": "Ethics",
    "hiv_aids": "HIV and AIDS",
    "human_trafficking": "Human trafficking",
    "law_ethics": "Law and ethics",
    "laws_rules": "Laws and rules of a state",
    "medical_errors": "Prevention of medical errors",
    "suicide_risk": "Suicide risk assessment and intervention",
    "supervision": "Supervision",
    "telehealth": "Telehealth",
}

DELIVERY_LABELS: dict[str, str] = {
    "in_person": "In person",
    "live_online": "Live online",
    "asynchronous_text": "Self-paced, reading",
    "asynchronous_video": "Self-paced, recorded",
}

CREDIT_KIND_LABELS: dict[str, str] = {
    "course": "Course taken",
    "academic": "Course at a college or university",
    "teaching": "Course taught",
    "board_service": "Service to the board or an ethics committee",
    "survey": "Occupational analysis survey",
    "discipline": "Course ordered by the board as discipline",
}

JURISDICTION_LABELS: dict[str, str] = {"US-CA": "California"}

APPROVAL_BODY_LABELS: dict[str, str] = {
    "AAMFT": "American Association for Marriage and Family Therapy (AAMFT)",
    "APA": "American Psychological Association (APA)",
    "ASWB": "Association of Social Work Boards (ASWB ACE)",
    "CALPCC": "California Association for Licensed Professional Clinical Counselors (CALPCC)",
    "CAMFT": "California Association of Marriage and Family Therapists (CAMFT)",
    "CPA": "California Psychological Association (CPA)",
    "NASP": "National Association of School Psychologists (NASP)",
    "NASW": "National Association of Social Workers (NASW)",
    "NASW-CA": "National Association of Social Workers, California chapter (NASW-CA)",
    "NBCC": "National Board for Certified Counselors (NBCC)",
    "BPPE": "School approved by the Bureau for Private Postsecondary Education (BPPE)",
    "accredited_school": "Accredited college or university",
    "board_recognized": "Another body that the board recognizes",
    "other": "A body not listed here, or none",
}


def topics_text(topics: Iterable[str]) -> str:
    """Topics in a line, as people call them.

    >>> topics_text(["telehealth", "law_ethics"])
    'Telehealth, Law and ethics'
    """
    return ", ".join(TOPIC_LABELS.get(topic, topic) for topic in topics)
