"""What certificates do when something has happened below."""

from datetime import datetime

from sqlalchemy.orm import Session

from ceu.adapters.outside import Outside
from ceu.certificates.document_views import draw
from ceu.certificates.services import issue_certificate
from ceu.domain.events import CourseCompleted
from ceu.learning.models import Enrollment
from ceu.web.mail import send_mail


def issue_on_completion(session: Session, event: CourseCompleted, now: datetime, outside: Outside) -> None:
    """Issue the certificate of the enrollment that was completed, and tell the learner."""
    enrollment = session.get_one(Enrollment, event.enrollment_id)
    certificate = issue_certificate(
        session, now, enrollment, keys=outside.keys, packs=outside.packs, draw=draw
    )
    send_mail(
        enrollment.person.email, "certificate_issued", name=enrollment.person.name, certificate=certificate
    )
