"""The answer to a platform that lets an instructor choose courses. Pure.

Source: 1EdTech Deep Linking 2.0, sections 4.4 and 4.5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from ceu.lti.claims import DEEP_LINKING, LTI, VERSION
from ceu.lti.grading import MAXIMUM
from ceu.lti.registration import Registration

LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class Chosen:
    """A course to be linked, and whether its grade goes back."""

    course_id: int
    title: str
    summary: str


def choice_claims(
    registration: Registration,
    choice: Mapping[str, Any],
    chosen: Sequence[Chosen],
    *,
    launch_url: str,
    now: datetime,
) -> dict[str, Any]:
    """The claims of the response: a link with a line item for every course chosen, and what the platform wants to have back."""
    claims: dict[str, Any] = {
        "iss": registration.client_id,
        "aud": [registration.issuer],
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
        "nonce": token_urlsafe(24),
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": VERSION,
        f"{LTI}deployment_id": choice["deployment"],
        f"{DEEP_LINKING}content_items": [
            {
                "type": "ltiResourceLink",
                "url": launch_url,
                "title": course.title,
                "text": course.summary,
                "custom": {"course": str(course.course_id)},
                "lineItem": {
                    "scoreMaximum": MAXIMUM,
                    "label": course.title,
                    "resourceId": f"course-{course.course_id}",
                },
            }
            for course in chosen
        ],
    }
    if choice["data"] is not None:
        claims[f"{DEEP_LINKING}data"] = choice["data"]
    return claims
