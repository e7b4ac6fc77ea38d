"""The words in which people sort their own practice: modalities and populations, and what the work was about.

A practice focus names a block of diagnoses or a chapter of the manual, never a client and never a single diagnosis.
"""

SUGGESTED_TAGS: tuple[str, ...] = (
    "CBT", "DBT", "EMDR", "ACT", "Psychodynamic", "Motivational interviewing",
    "Adults", "Adolescents", "Children", "Older adults", "Veterans", "LGBTQ+",
)  # fmt: skip
"""Tags offered to somebody who has used none yet."""

FOCUS_GROUPS: dict[str, dict[str, str]] = {
    "ICD-10-CM blocks": {
        "F01-F09": "Mental disorders due to known physiological conditions",
        "F10-F19": "Disorders due to psychoactive substance use",
        "F20-F29": "Schizophrenia and other non-mood psychotic disorders",
        "F30-F39": "Mood disorders",
        "F40-F48": "Anxiety, dissociative, stress-related and somatoform disorders",
        "F50-F59": "Behavioral syndromes with physiological disturbances and physical factors",
        "F60-F69": "Disorders of adult personality and behavior",
        "F70-F79": "Intellectual disabilities",
        "F80-F89": "Pervasive and specific developmental disorders",
        "F90-F98": "Behavioral and emotional disorders with onset in childhood and adolescence",
        "Z55-Z65": "Hazards related to socioeconomic and psychosocial circumstances",
    },
    "DSM-5-TR chapters": {
        "dsm-neurodevelopmental": "Neurodevelopmental disorders",
        "dsm-psychotic": "Schizophrenia spectrum and other psychotic disorders",
        "dsm-bipolar": "Bipolar and related disorders",
        "dsm-depressive": "Depressive disorders",
        "dsm-anxiety": "Anxiety disorders",
        "dsm-obsessive": "Obsessive-compulsive and related disorders",
        "dsm-trauma": "Trauma- and stressor-related disorders",
        "dsm-dissociative": "Dissociative disorders",
        "dsm-somatic": "Somatic symptom and related disorders",
        "dsm-eating": "Feeding and eating disorders",
        "dsm-elimination": "Elimination disorders",
        "dsm-sleep": "Sleep-wake disorders",
        "dsm-sexual": "Sexual dysfunctions",
        "dsm-gender": "Gender dysphoria",
        "dsm-conduct": "Disruptive, impulse-control and conduct disorders",
        "dsm-substance": "Substance-related and addictive disorders",
        "dsm-neurocognitive": "Neurocognitive disorders",
        "dsm-personality": "Personality disorders",
        "dsm-paraphilic": "Paraphilic disorders",
        "dsm-conditions": "Other conditions that may be a focus of clinical attention",
    },
}
"""Codes and names, by where they come from (``FOCUS_SOURCE``)."""

FOCUS_SOURCE = (
    "Blocks of ICD-10-CM 2026 (National Center for Health Statistics), chapters 5 and 21; "
    "chapters of DSM-5-TR (American Psychiatric Association, 2022), Section II."
)

FOCUS_LABELS: dict[str, str] = {
    code: label if code.startswith("dsm-") else f"{code} {label}"
    for group in FOCUS_GROUPS.values()
    for code, label in group.items()
}
"""What pages call a focus: a block with its codes, a chapter by its name."""
