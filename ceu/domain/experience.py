"""The words of supervised experience: activities, client units, delivery, settings, supervisor licenses, week states."""

from enum import StrEnum


class Activity(StrEnum):
    """What an hour was spent on: what the sections of the LMFT, the LPCC and the LCSW name, each license some of it.

    BPC 4980.43(c)(8) and (c)(10), 4999.46(c)(3) and (c)(4); 4996.23(d)(2) and (d)(3), which alone names clinical assessment
    apart from counseling, and consultation, evaluation and research (one activity, for they share one limit).
    """

    COUNSELING = "counseling"
    CLINICAL_ASSESSMENT = "clinical_assessment"
    SUPERVISION_INDIVIDUAL = "supervision_individual"
    SUPERVISION_TRIADIC = "supervision_triadic"
    SUPERVISION_GROUP = "supervision_group"
    ASSESSMENT = "assessment"
    REPORTS = "reports"
    NOTES = "notes"
    ADVOCACY = "advocacy"
    CONSULTATION = "consultation"
    WORKSHOP = "workshop"

    @property
    def is_supervision(self) -> bool:
        return self.value.startswith("supervision_")


ACTIVITY_LABELS: dict[str, str] = {
    Activity.COUNSELING: "Direct counseling",
    Activity.CLINICAL_ASSESSMENT: "Clinical assessment, diagnosis or treatment planning (LCSW)",
    Activity.SUPERVISION_INDIVIDUAL: "Individual supervision",
    Activity.SUPERVISION_TRIADIC: "Triadic supervision",
    Activity.SUPERVISION_GROUP: "Group supervision",
    Activity.ASSESSMENT: "Psychological tests",
    Activity.REPORTS: "Clinical reports",
    Activity.NOTES: "Progress or process notes",
    Activity.ADVOCACY: "Client-centered advocacy",
    Activity.CONSULTATION: "Consultation, evaluation or research (LCSW)",
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
    "LPCC": "Licensed professional clinical counselor (LPCC)",
    "psychologist": "Licensed psychologist",
    "LEP": "Licensed educational psychologist (LEP)",
    "psychiatrist": "Physician certified in psychiatry (ABPN)",
}


class WeekState(StrEnum):
    """Where a week of one setting stands between trainee and supervisor."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED = "signed"
