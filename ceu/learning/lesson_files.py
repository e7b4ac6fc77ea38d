"""The files that a lesson shows, to be downloaded and read elsewhere. Pure."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_FILE = re.compile(r"/courses/files/[0-9a-f]{64}\.([a-z0-9]{2,4})")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class LessonFile:
    """A file: what the lesson calls it, its ending, and where it lies on this site."""

    label: str
    ending: str
    address: str

    @property
    def name(self) -> str:
        """What to call it on a disk: "a-handout.pdf"."""
        words = re.findall(r"\w+", self.label.casefold())
        return f"{'-'.join(words)[:_LONGEST_NAME].strip('-') or 'file'}.{self.ending}"


def files_of(html: str) -> list[LessonFile]:
    """The files of a lesson's text in their order, each once: pictures, recordings with their captions, documents."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return list({file.address: file for file in reversed(reader.found)}.values())[::-1]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[LessonFile] = []
        self._recording = ""
        self._link: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "img":
                self._add(given.get("alt", ""), given.get("src", ""))
            case "video" | "audio":
                self._recording = given.get("aria-label", "")
                self._add(self._recording, given.get("src", ""))
            case "track":
                self._add(f"{self._recording}, captions", given.get("src", ""))
            case "a":
                self._link, self._words = given.get("href", ""), []

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self._add("".join(self._words), self._link)
            self._link = None

    def _add(self, label: str, address: str) -> None:
        if match := _FILE.fullmatch(address):
            self.found.append(LessonFile(" ".join(label.split()) or "File", match[1], address))
