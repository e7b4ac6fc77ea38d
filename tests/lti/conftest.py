"""A platform that runs, registered by the organization whose provider offers a course."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from ceu.adapters.addresses import WebFetcher
from ceu.adapters.outside import Outside
from ceu.adapters.platforms import Platforms
from tests.lti.platform import HOST, Lms, running_lms
from tests.tls import self_signed


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lms, WebFetcher]]:
    certificate = self_signed(tmp_path_factory.mktemp("lms") / "lms.pem", HOST)
    with running_lms(certificate) as running:
        yield running


@pytest.fixture
def platforms(
    app: Flask, outside: Outside, running: tuple[Lms, WebFetcher], monkeypatch: pytest.MonkeyPatch
) -> Platforms:
    """The site's way to platforms, with nothing remembered, on an internet where only the test's platform is."""
    fresh = Platforms(running[1], outside.platforms.keys, outside.clock)
    monkeypatch.setitem(app.extensions, "ceu.outside", replace(outside, platforms=fresh))
    return fresh


@pytest.fixture
def lms(running: tuple[Lms, WebFetcher], outside: Outside, platforms: Platforms) -> Lms:
    """The platform, as on its first day."""
    lms = running[0]
    lms.reset()
    lms.now = outside.clock.now
    lms.tool_keys = platforms.keys.published
    return lms
