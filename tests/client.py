"""A test client that reads every page as a strict and impatient user would."""

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from ceu.accounts.models import Person
from ceu.accounts.services import open_session
from tests.factories import FROZEN_NOW

_LABELED = {"input", "select", "textarea"}
_WITHOUT_LABEL = {"hidden", "submit", "button", "image"}


class Page(TestResponse):
    """A response with its page parsed: ``page.tree``, ``page.h1``, ``page.texts("li")``."""

    tree: Element

    @property
    def h1(self) -> str:
        return text_of(next(self.tree.iter("h1")))

    def texts(self, tag: str) -> list[str]:
        """The text of every element of this name, blanks folded."""
        return [text_of(element) for element in self.tree.iter(tag)]

    @property
    def main(self) -> str:
        """The text of the main part of the page, blanks folded."""
        return text_of(next(self.tree.iter("main")))


def text_of(element: Element) -> str:
    """All text inside an element, blanks folded."""
    return " ".join("".join(element.itertext()).split())


class InspectingClient(FlaskClient):
    """Checks each page it gets (see ``inspect``) and that a GET writes nothing."""

    session: Session
    response_class: Any

    def sign_in(self, person: Person) -> "InspectingClient":
        """Be this person from now on."""
        key = open_session(self.session, person, FROZEN_NOW, user_agent="tests")
        with self.session_transaction() as cookie:
            cookie["_user_id"] = key
            cookie["_fresh"] = True
        return self

    def open(self, *args: Any, **kwargs: Any) -> Any:
        self.session.commit()
        writes: list[str] = []
        connection = self.session.connection()

        def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
            if statement.startswith(("INSERT", "UPDATE", "DELETE")):
                writes.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        self.session.commit()
        try:
            response = super().open(*args, **kwargs)
        finally:
            event.remove(connection, "before_cursor_execute", note)
        self.session.expire_all()
        if response.request.method == "GET":
            assert not writes, f"GET {response.request.path} wrote: {writes}"
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            response.__class__ = Page
            response.tree = inspect(response.get_data(as_text=True))
        return response


def inspect(html: str) -> Element:
    """Parse a page strictly and check what every page must have; return its tree."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(html)
    assert tree.get("lang"), "the page does not say its language"
    headings = [text_of(heading) for heading in tree.iter("h1")]
    assert len(headings) == 1, f"one h1 expected, found {headings}"
    title = text_of(next(tree.iter("title")))
    assert title.startswith(headings[0]), f"title {title!r} does not begin with the h1 {headings[0]!r}"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"ids appear twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    _check_forms(tree, set(ids))
    for element in tree.iter():
        assert element.get("style") is None, f"inline style on {element.tag}"
        assert not any(name.startswith("on") for name in element.attrib), f"inline script on {element.tag}"
        if element.tag == "img":
            assert element.get("alt") is not None, f"image without alt: {element.attrib}"
        if element.tag == "script":
            assert element.get("src"), "inline script"
    return tree


def _check_forms(tree: Element, ids: set[str | None]) -> None:
    labels = {label.get("for") for label in tree.iter("label")}
    wrapped = {id(control) for label in tree.iter("label") for control in label.iter()}
    for form in tree.iter("form"):
        assert form.get("action"), "a form without an action"
        assert form.get("method", "get").lower() in {"get", "post"}
    for control in tree.iter():
        if control.tag not in _LABELED or control.get("type") in _WITHOUT_LABEL:
            continue
        labeled = control.get("id") in labels or id(control) in wrapped or control.get("aria-label")
        assert labeled, f"a control without a label: {control.attrib}"
        for described in (control.get("aria-describedby") or "").split():
            assert described in ids, f"aria-describedby names {described}, which is not on the page"
