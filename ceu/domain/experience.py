"""The words of supervised experience: activities, client units, delivery, settings, supervisor licenses, week states."""

from enum import StrEnum


class Activity(StrEnum):
    """What an hour was spent on, in the kinds that laws tell apart; every license names some of them.

    Counseling is all direct contact with clients, unless it is clinical assessment or psychoeducation, which some laws name
    apart. Consultation, evaluation and research are one activity, for they share one limit (BPC 4996.23(d)(3)).
    """

    COUNSELING = "counseling"
    CLINICAL_ASSESSMENT = "clinical_assessment"
    PSYCHOEDUCATION = "psychoeducation"
    CASE_MANAGEMENT = "case_management"
    SUPERVISION_INDIVIDUAL = "supervision_individual"
    SUPERVISION_TRIADIC = "supervision_triadic"
    SUPERVISION_GROUP = "supervision_group"
    ASSESSMENT = "assessment"
    REPORTS = "reports"
    NOTES = "notes"
    ADVOCACY = "advocacy"
    CONSULTATION = "consultation"
    OUTREACH = "outreach"
    ADMINISTRATION = "administration"
    SIMULATION = "simulation"
    WORKSHOP = "workshop"

    @property
    def is_supervision(self) -> bool:
        return self.value.startswith("supervision_")


ACTIVITY_LABELS: dict[str, str] = {
    Activity.COUNSELING: "Direct counseling",
    Activity.CLINICAL_ASSESSMENT: "Clinical assessment, diagnosis or treatment planning",
    Activity.PSYCHOEDUCATION: "Psychoeducation",
    Activity.CASE_MANAGEMENT: "Case management",
    Activity.SUPERVISION_INDIVIDUAL: "Individual supervision",
    Activity.SUPERVISION_TRIADIC: "Triadic supervision",
    Activity.SUPERVISION_GROUP: "Group supervision",
    Activity.ASSESSMENT: "Psychological tests",
    Activity.REPORTS: "Clinical reports",
    Activity.NOTES: "Progress or process notes",
    Activity.ADVOCACY: "Client-centered advocacy",
    Activity.CONSULTATION: "Consultation, evaluation or research",
    Activity.OUTREACH: "Outreach, public relations or community work",
    Activity.ADMINISTRATION: "Administration",
    Activity.SIMULATION: "Simulated practice",
    Activity.WORKSHOP: "Workshop, seminar, training or conference",
}

CLIENT_UNIT_LABELS: dict[str, str] = {
    "individual": "Individual",
    "couple": "Couple",
    "family": "Family",
    "child": "Child",
    "group": "Group",
}

DELIVERY_LABELS: dict[str, str] = {
    "in_person": "In person",
    "video": "Video",
    "phone": "Phone",
    "asynchronous": "Asynchronous",
}

SETTING_KIND_LABELS: dict[str, str] = {
    "nonprofit": "Nonprofit or community agency",
    "government": "Government agency",
    "school": "School, college or university",
    "hospital": "Hospital or licensed health facility",
    "private_practice": "Private practice",
    "professional_corporation": "Professional corporation",
    "other": "Other",
}

EMPLOYMENT_LABELS: dict[str, str] = {
    "employee": "Employee (W-2)",
    "volunteer": "Volunteer",
    "contractor": "Independent contractor (1099)",
}

SUPERVISOR_LICENSE_LABELS: dict[str, str] = {
    "LMFT": "Licensed marriage and family therapist (LMFT)",
    "LCSW": "Licensed clinical social worker (LCSW)",
    "LICSW": "Licensed independent clinical social worker (LICSW)",
    "LPC": "Licensed professional counselor (LPC)",
    "LPCC": "Licensed professional clinical counselor (LPCC)",
    "LCPC": "Licensed clinical professional counselor (LCPC)",
    "LMHC": "Licensed mental health counselor (LMHC)",
    "psychologist": "Licensed psychologist",
    "psychiatrist": "Physician certified in psychiatry (ABPN)",
    "physician": "Another physician",
    "physician_assistant": "Physician assistant",
    "psychiatric_nurse": "Psychiatric nurse or nurse practitioner",
    "LEP": "Licensed educational psychologist (LEP)",
    "school_psychologist": "Licensed school psychologist",
    "LISAC": "Licensed independent substance abuse counselor (LISAC)",
    "LSATP": "Licensed substance abuse treatment practitioner (LSATP)",
    "equivalent": "The equivalent license of another state or country",
    "other": "Another license",
}


class WeekState(StrEnum):
    """Where a week of one setting stands between trainee and supervisor.

    Attested is not signed: somebody else than the supervisor vouches for the hours, and the board decides.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED = "signed"
    ATTESTED = "attested"


class RecordKind(StrEnum):
    """What a sealed record of a log says about a week or a span."""

    SIGN_OFF = "experience_sign_off"
    WITHDRAWAL = "experience_sign_off_withdrawal"
    ATTESTATION = "experience_attestation"
    ATTESTATION_ENDED = "experience_attestation_ended"
    BACKLOG_SIGN_OFF = "experience_backlog_sign_off"
