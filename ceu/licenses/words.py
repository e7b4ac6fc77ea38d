"""The words of continuing education as pages show them: topics, approval bodies, delivery, kinds of credit, places."""

from collections.abc import Iterable

TOPIC_LABELS: dict[str, str] = {
    "anti_racism": "Anti-racism",
    "boundaries": "Professional boundaries",
    "child_abuse_reporting": "Child abuse and its reporting",
    "core_counseling": "Core subjects of counseling",
    "couples_families": "Couples and families",
    "cultural_diversity": "Cultural diversity",
    "dementia": "Alzheimer’s disease and dementia",
    "didactic": "Didactic training",
    "domestic_violence": "Domestic violence",
    "emdr": "EMDR",
    "ethics": "Ethics",
    "experiential": "Experiential training",
    "health_equity": "Health equity",
    "hiv_aids": "HIV and AIDS",
    "human_trafficking": "Human trafficking",
    "implicit_bias": "Implicit bias",
    "law_ethics": "Law and ethics",
    "laws_rules": "Laws and rules of a state",
    "medical_errors": "Prevention of medical errors",
    "non_clinical": "Non-clinical subjects",
    "opioids": "Opioids",
    "related_field": "Subjects of a related field",
    "self_care": "Self-care of the practitioner",
    "sexual_harassment": "Prevention of sexual harassment",
    "suicide_advanced": "Suicide risk, advanced",
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
    "presentation": "Presentation or workshop given",
    "publication": "Article, chapter or book published",
    "self_study": "Self-study without a provider",
    "program_development": "Program developed",
    "supervision_received": "Supervision received",
    "supervision_given": "Supervision given",
    "peer_consultation": "Peer consultation",
    "personal_therapy": "Personal therapy",
    "board_service": "Service to the board or an ethics committee",
    "leadership": "Leadership in a professional association",
    "volunteer": "Volunteer work",
    "survey": "Occupational analysis survey",
    "examination": "Examination taken",
    "practice_work": "Hours worked in practice",
    "discipline": "Course ordered by the board as discipline",
}

US_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia", "GU": "Guam",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio",
    "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "VI": "U.S. Virgin Islands",
    "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin",
    "WY": "Wyoming",
}  # fmt: skip
CANADIAN_PROVINCES = {
    "AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NB": "New Brunswick", "NL": "Newfoundland and Labrador",
    "NT": "Northwest Territories", "NS": "Nova Scotia", "NU": "Nunavut", "ON": "Ontario", "PE": "Prince Edward Island",
    "QC": "Quebec", "SK": "Saskatchewan", "YT": "Yukon",
}  # fmt: skip
JURISDICTION_LABELS: dict[str, str] = {
    "US": "United States",
    **{f"US-{code}": name for code, name in US_STATES.items()},
    "CA": "Canada",
    **{f"CA-{code}": name for code, name in CANADIAN_PROVINCES.items()},
    "GB": "United Kingdom",
    "IE": "Ireland",
    "AU": "Australia",
    "NZ": "Aotearoa New Zealand",
    "NL": "Netherlands",
    "DE": "Germany",
}
"""Jurisdictions by their ISO 3166 codes, in the order in which lists show them."""

APPROVAL_BODY_LABELS: dict[str, str] = {
    "AAMFT": "American Association for Marriage and Family Therapy (AAMFT)",
    "AASECT": "American Association of Sexuality Educators, Counselors and Therapists (AASECT)",
    "ACA": "American Counseling Association (ACA)",
    "AMHCA": "American Mental Health Counselors Association (AMHCA)",
    "APA": "American Psychological Association (APA)",
    "ASWB": "Association of Social Work Boards (ASWB ACE)",
    "CALPCC": "California Association for Licensed Professional Clinical Counselors (CALPCC)",
    "CAMFT": "California Association of Marriage and Family Therapists (CAMFT)",
    "CPA": "California Psychological Association (CPA)",
    "CCPA": "Canadian Counselling and Psychotherapy Association (CCPA)",
    "EMDRIA": "EMDR International Association (EMDRIA)",
    "MaMHCA": "Massachusetts Mental Health Counselors Association (MaMHCA)",
    "NAADAC": "NAADAC, the Association for Addiction Professionals",
    "NASP": "National Association of School Psychologists (NASP)",
    "NASW": "National Association of Social Workers (NASW)",
    "NASW-CA": "National Association of Social Workers, California chapter (NASW-CA)",
    "NBCC": "National Board for Certified Counselors (NBCC)",
    "NEAFAST": "New England Association for Family and Systemic Therapy (NEAFAST)",
    "NYSED": "New York State Education Department (NYSED)",
    "BPPE": "School approved by the Bureau for Private Postsecondary Education (BPPE)",
    "accredited_school": "Accredited college or university",
    "chamber": "Chamber of a health profession",
    "professional_body": "Professional body or association of the field",
    "board_approved": "The licensing board itself",
    "board_recognized": "Another body that the board recognizes",
    "listed_provider": "Kind of provider that the rules list (agency, hospital, association ...)",
    "other": "A body not listed here, or none",
}


def topics_text(topics: Iterable[str]) -> str:
    """Topics in a line, as people call them.

    >>> topics_text(["telehealth", "law_ethics"])
    'Telehealth, Law and ethics'
    """
    return ", ".join(TOPIC_LABELS.get(topic, topic) for topic in topics)
