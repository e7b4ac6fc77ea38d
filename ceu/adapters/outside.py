"""The outside world as one site sees it: every adapter, built by the entrances and handed down."""

from dataclasses import dataclass

from ceu.adapters.addresses import Fetcher
from ceu.adapters.clock import Clock
from ceu.adapters.content_store import ContentStore
from ceu.adapters.courses import CourseShelf
from ceu.adapters.documents import DocumentPrinter
from ceu.adapters.files import FileStore
from ceu.adapters.keys import SiteKeys
from ceu.adapters.lrs import Lrs
from ceu.adapters.mail import Mailer
from ceu.adapters.platforms import Platforms
from ceu.adapters.pseudonyms import Pseudonyms
from ceu.adapters.rulecases import CaseLibrary
from ceu.adapters.rulepacks import PackLibrary


@dataclass(frozen=True)
class Outside:
    """Clock, mail, documents, keys, pseudonyms of clients, rule packs with the cases that prove them, course folders,
    files at addresses that people type, files that they hand in, unpacked content packages, and learning platforms.
    """

    clock: Clock
    mailer: Mailer
    printer: DocumentPrinter
    keys: SiteKeys
    packs: PackLibrary
    cases: CaseLibrary
    shelf: CourseShelf
    pseudonyms: Pseudonyms
    fetcher: Fetcher
    files: FileStore
    content: ContentStore
    lrs: Lrs
    platforms: Platforms
