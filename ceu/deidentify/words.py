"""Words that look like names or identifiers and are none."""


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


EPONYMS = _words(
    "Achenbach Adler Ainsworth Asperger Bandura Beck Bender Bender-Gestalt Benton Binet Bion Bowen Bowlby Burns",
    "Columbia Conners Edinburgh Ellis Erikson Fagerstrom Folstein Freud Gottman Hamilton Hare Haley Hayes Jung Kaufman",
    "Kernberg Klein Kohut Korsakoff Lacan Leiter Likert Linehan Madanes Maslow Millon Minuchin Montgomery-Asberg Myers",
    "Myers-Briggs Nelson Padesky Perls Piaget Porteus Raven Rey Reynolds Rogers Rorschach Rosenberg Rotter",
    "Satir Shapiro Skinner Spielberger Stanford Stroop Sullivan Tourette Vanderbilt Vineland Wechsler Weiss",
    "Whitaker Winnicott Yale Yale-Brown Yalom Young Zarit Zung",
)
"""People whose names stand for tests, schools of therapy and syndromes. After Mr. or Dr. they are people again."""

ORDINARY = _words(
    "A About Absent Abuse Academic Accepted Advocacy After Age Agency All Also An And Anger Anxiety Appeared Appointment",
    "Arrived As Asked Assessment At Attended Available Balint Because Before Began Behavior Blind Body Brief But By",
    "Called Came Can Cancelled Canceled Care Case Center Centered Child Choice Chose Client Clinic Clinical Completed",
    "Consent Continued Contact Coordination Could Counseling Couple Crisis Current Deal Declined Denied Depression",
    "Described Details Did Discharge Discussed Disclosed During Education Engagement Explored Expressed Facing Family",
    "Feedback Felt File First Focused For From Goals Group Had Has Have He Health Her His History Home Hours How I Identified",
    "If In Individual Initial Intake Intern Is It Journal Late Led Left Linked Living Made Management Meeting Mental Mom Mood",
    "Mother Moved Father Dad Police Hospital Attorney Probation Supervisor Protective",
    "My Needs New No Not Note Notes Now Of On Or Our Outcome Outreach Parent Parents Participated Plan Population",
    "Presentation Presented Presenting Process Progress Psychoeducation Rapport Ready Refused Relationship Report Reported",
    "Requested Returned Review Reviewed Rights Role Safety Said Satisfaction Scheduling School See Seen Self Service",
    "Services Session Sessions She Shared Showed Skills Staff Started Stated Status Still Strengths Stress Substance Summary",
    "Supervision Support Symptoms Talked Team Termination That The Their Then Therapist Therapy They This To Today Told Trauma",
    "Training Transfer Treatment Tried Two Unit Updated Used Using Video Violence Visit Voiced Was We Welfare Well Went Were When",
    "While Who Will With Work Worked Would You Youth",
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August",
    "September October November December Spanish English Medicare Medicaid Zoom",
)
"""Capitalized words that follow "client" or "mother" in notes and in titles without being a name."""

CAPITALS = _words(
    "AA AB ACT ADHD AMFT APCC ASD ASW BBS BDI BPD CA CBT CFT CPS CPT DBT DSM EFT EHR EMDR FL GAD HIPAA HR ICD ID IFS IOP IPV",
    "IQ IV LA LCSW LGBTQ LMFT LPC LPCC MA MD MDD MFT MI MMPI MSE MSW NA NC NJ NM NV NY OCD OK OR PA PC PHP PHQ PTSD QA",
    "RN SFBT SI SMI SOAP SUD TA TFCBT TX UCLA US USA VA WA WISC",
)
"""Abbreviations of methods, diagnoses, professions and places: no initials of a person."""

STATES = _words(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA",
    "PR RI SC SD TN TX UT VT VA WA WV WI WY",
)
"""Postal abbreviations, as they stand before a ZIP code."""
