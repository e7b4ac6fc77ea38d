"""Files that nothing names any more are taken away, and no other."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.files import MemoryFiles
from ceu.catalog.models import CourseFile
from ceu.experience.attest_models import Evidence
from ceu.experience.models import WorkSetting
from ceu.signoff.attest_services import add_evidence, remove_evidence
from ceu.signoff.tidy_services import UNNAMED_LIFE, sweep_files
from tests.factories import FROZEN_NOW
from tests.signoff.test_backlog import noted

PDFS = {name: f"%PDF-1.7 {name}".encode() for name in ("removed", "kept", "course", "refused")}


def test_removed_evidence_is_swept_and_what_is_named_stays(
    session: Session, alice: Person, bayview: WorkSetting
) -> None:
    store = MemoryFiles()
    kept = {name: store.put(data) for name, data in PDFS.items()}
    backlog = noted(session, bayview)
    for name in ("removed", "kept"):
        add_evidence(session, FROZEN_NOW, backlog, kept[name], name)
    removed = next(one for one in backlog.evidence if one.title == "removed")
    remove_evidence(session, FROZEN_NOW, backlog, removed)
    course = kept["course"]
    session.add(CourseFile(sha256=course.sha256, media_type=course.media_type, size=course.size))
    session.flush()
    now = datetime.now(UTC)
    assert sweep_files(session, store, now) == 0, "a form that is being sent may be about to name them"
    assert sweep_files(session, store, now + UNNAMED_LIFE + timedelta(minutes=1)) == 2
    assert set(store.kept) == {kept["kept"].sha256, course.sha256}
    assert session.query(Evidence).count() == 1
