"""What the journeys share: one site, one browser, and people who act in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page

from tests.browser import CHROMIUM, axe_findings, chromium, mails, serving

PASSWORD = "long words for a journey"
_LINK = re.compile(r"http://127\.0\.0\.1[^\s<>\"]+")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("journey"):
                item.add_marker(pytest.mark.skip(reason="NO CHROMIUM: the browser journeys were not run"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[str, Flask]]:
    with serving(tmp_path) as running:
        yield running


@dataclass
class Actor:
    """A person at a browser of their own; every page they see is checked by axe."""

    page: Page
    url: str
    folder: Path
    problems: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> None:
        response = self.page.goto(path if path.startswith("http") else self.url + path)
        assert response is not None
        assert response.status == 200, f"{path} answered {response.status}"
        self.looks()

    def looks(self) -> None:
        """Check the page as it stands."""
        self.problems += [f"{self.page.url}: {line}" for line in axe_findings(self.page)]

    def fills(self, values: dict[str, str]) -> None:
        """Fill fields by their label."""
        for label, value in values.items():
            self.field(label).fill(value)

    def field(self, label: str) -> Locator:
        """The control with this label, marked as optional or not."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))

    def clicks(self, name: str) -> None:
        """Press the button of this name, or follow the link."""
        button = self.page.get_by_role("button", name=name, exact=False)
        target = button if button.count() else self.page.get_by_role("link", name=name, exact=False)
        target.first.click()
        self.page.wait_for_load_state()
        self.looks()

    def reads(self, text: str) -> None:
        shown = " ".join(self.page.locator("main").inner_text().split())
        assert text in shown, f"{text!r} is not on {self.page.url}, which says: {shown}"

    def mailed_link(self, to: str) -> str:
        """The link in the latest mail to this address."""
        mine = [mail for mail in mails(self.folder) if f"To: {to}" in mail]
        assert mine, f"no mail to {to}"
        return _LINK.findall(mine[-1].replace("=\n", "").replace("=3D", "="))[0]

    def registers(self, name: str, email: str, *, start: str = "/register") -> None:
        self.goes_to(start)
        self.fills({"Legal name": name, "E-mail address": email, "Password": PASSWORD})
        self.clicks("Create account")
        self.goes_to(self.mailed_link(email))
        self.fills({"Password": PASSWORD})
        self.clicks("Confirm and sign in")


@pytest.fixture
def actor(browser: Browser, running: tuple[str, Flask], tmp_path: Path) -> Iterator[Callable[..., Actor]]:
    """Makes actors; at the end nothing that axe found may be left."""
    actors: list[Actor] = []

    def make(width: int = 1280) -> Actor:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, timezone_id="America/Los_Angeles"
        )
        actors.append(Actor(context.new_page(), running[0], tmp_path))
        return actors[-1]

    yield make
    for one in actors:
        one.page.context.close()
    assert [line for one in actors for line in one.problems] == []
