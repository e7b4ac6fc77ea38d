"""What a reviewer is asked about a course. Pure."""

CHECKLIST: dict[str, str] = {
    "accurate": "The content is accurate, evidence-based and within the scope of the audience's practice.",
    "current": "References are sound and recent enough; laws are cited as they stand.",
    "objectives": "Objectives are measurable, fit the needs assessment, and every lesson serves one.",
    "audience": "Level and target audience are right.",
    "presenters": "Authors and presenters are qualified for what they teach, and say so truthfully.",
    "interests": "Interests are disclosed, and nothing in the course promotes a product or service.",
    "questions": "Questions test the objectives, have one defensible key, and their feedback teaches.",
    "accessible": "Pictures are described, videos have captions, and tables and headings are in order.",
}
"""The items, by the name under which a review keeps its answers."""
