"""What live events write to people, with the entry for their calendar."""

from collections.abc import Iterable
from urllib.parse import urljoin

from flask import current_app, url_for

from ceu.adapters.invitations import Appointment, write_calendar
from ceu.adapters.mail import Attachment
from ceu.live.models import Event, EventSession, Registration
from ceu.live.presence_services import Confirmed
from ceu.live.times import span_text
from ceu.web.mail import send_mail
from ceu.web.outside import now


def calendar_of(event: Event) -> str:
    """The calendar file of an event: one entry for each session, named by the event's random uid and the session."""
    url = urljoin(current_app.config["SITE_URL"], url_for("live.event", event_id=event.id))
    entries = [
        Appointment(
            uid=f"{event.uid}-{number}",
            title=event.version.title
            if len(event.every_session) == 1
            else f"{each.title} ({event.version.title})",
            begins=each.begins_at,
            ends=each.ends_at,
            place=", ".join(filter(None, (each.room, event.place))),
            url=url,
            is_canceled=each.canceled_at is not None,
        )
        for number, each in enumerate(event.every_session, start=1)
    ]
    return write_calendar(entries, event.sequence, now(), canceled=event.canceled_at is not None)


def write_to(
    registration: Registration,
    message: str,
    *,
    with_calendar: bool = True,
    canceled: EventSession | None = None,
) -> None:
    """One message to one person about their registration; ``canceled`` is the session that is called off, if one is."""
    event = registration.event
    attached = Attachment("event.ics", "text/calendar", calendar_of(event)) if with_calendar else None
    send_mail(
        registration.email,
        message,
        attached=(attached,) if attached else (),
        name=registration.name,
        event=event,
        delivery=registration.delivery,
        canceled=canceled,
        times=_times(event, registration.person.time_zone if registration.person else event.time_zone),
        path=url_for("live.event", event_id=event.id),
    )


def write_of_presence(confirmed: Iterable[Confirmed], event: Event) -> None:
    """Tell everybody to whom something new was confirmed, what it is and what comes next."""
    titles = {each.id: each.title for each in event.sessions}
    for each in confirmed:
        registration = each.standing.registration
        send_mail(
            registration.email,
            "presence_confirmed",
            name=registration.name,
            event=event,
            earned=each.earned,
            minutes=each.standing.credited,
            is_known=registration.person_id is not None,
            sessions=[(titles[one.session_id], one.sentences) for one in each.standing.outcomes],
            path=url_for("learning.course", enrollment_id=registration.enrollment_id)
            if each.earned and registration.enrollment_id
            else url_for("live.event", event_id=event.id),
        )


def _times(event: Event, time_zone: str) -> list[tuple[str, str, str]]:
    """Each session: title, when on the event's clock, and when on the reader's, where that is another."""
    found = []
    for each in event.sessions:
        here = span_text(each.begins_at, each.ends_at, event.time_zone)
        there = span_text(each.begins_at, each.ends_at, time_zone)
        found.append((each.title, here, there if there != here else ""))
    return found
