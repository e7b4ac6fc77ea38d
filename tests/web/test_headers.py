"""The headers of every answer."""

from pathlib import Path

import pytest
from flask import Blueprint

from ceu.web.access import public
from tests.web.site import browser, build_site


def rooms() -> Blueprint:
    rooms = Blueprint("rooms", __name__)

    @rooms.get("/open")
    @public
    def open_() -> str:
        return "open"

    return rooms


@pytest.mark.parametrize("path", ["/open", "/nowhere"])
def test_every_answer_has_them(tmp_path: Path, path: str) -> None:
    headers = browser(build_site(tmp_path, rooms())).get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_of_a_person_are_kept_by_no_cache(tmp_path: Path) -> None:
    site = build_site(tmp_path, rooms())
    assert browser(site, "alice").get("/open").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in browser(site).get("/open").headers


def test_only_an_encrypted_site_insists_on_encryption(tmp_path: Path) -> None:
    visitor = browser(build_site(tmp_path, rooms()))
    assert "Strict-Transport-Security" not in visitor.get("/open").headers
    assert (
        "max-age"
        in visitor.get("/open", base_url="https://ceu.example.org").headers["Strict-Transport-Security"]
    )
