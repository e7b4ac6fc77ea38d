"""Every view declares who may call it, and the guard enforces it."""

from pathlib import Path

import pytest
from flask import Blueprint

from ceu.domain.permissions import Permission
from ceu.web.access import access_of, local_path, public, requires
from tests.web.site import browser, build_site


def rooms() -> Blueprint:
    rooms = Blueprint("rooms", __name__)

    @rooms.get("/open")
    @public
    def open_() -> str:
        return "open"

    @rooms.route("/own", methods=["GET", "POST"])
    @requires(Permission.MANAGE_ACCOUNT)
    def own() -> str:
        return "own"

    @rooms.get("/provider/<int:number>")
    @requires(Permission.MANAGE_PROVIDER)
    def provider(number: int) -> str:
        return "provider"

    return rooms


def test_what_is_public_is_open_to_visitors(tmp_path: Path) -> None:
    assert browser(build_site(tmp_path, rooms())).get("/open").text == "open"


def test_visitors_are_sent_to_sign_in_and_back(tmp_path: Path) -> None:
    visitor = browser(build_site(tmp_path, rooms()))
    assert visitor.get("/own").location == "/sign-in?next=/own"
    assert visitor.get("/own?page=2&sort=name").location == "/sign-in?next=/own?page%3D2%26sort%3Dname"
    assert visitor.get("/own", base_url="http://localhost/ceu").location == "/ceu/sign-in?next=/ceu/own"
    assert visitor.post("/own").location == "/sign-in"


def test_people_without_the_permission_find_nothing(tmp_path: Path) -> None:
    site = build_site(tmp_path, rooms())
    assert browser(site, "bob").get("/own").status_code == 200
    assert browser(site, "bob").get("/provider/7").status_code == 404
    assert browser(site, "alice").get("/provider/7").status_code == 200


def test_an_ended_session_is_nobodys(tmp_path: Path) -> None:
    assert browser(build_site(tmp_path, rooms()), "ended").get("/own").status_code == 302


def test_what_is_not_there_is_not_guarded(tmp_path: Path) -> None:
    visitor = browser(build_site(tmp_path, rooms()))
    assert visitor.get("/nowhere").status_code == 404
    assert visitor.post("/open").status_code == 405


def test_a_view_that_declares_nothing_stops_the_site(tmp_path: Path) -> None:
    forgetful = Blueprint("rooms", __name__)

    @forgetful.get("/forgotten")
    def forgotten() -> str:
        return "anybody can read this"

    with pytest.raises(RuntimeError, match=r"rooms\.forgotten"):
        build_site(tmp_path, forgetful)


def test_declarations_can_be_listed(tmp_path: Path) -> None:
    site = build_site(tmp_path, rooms())
    assert access_of(site, "rooms.open_") == "public"
    assert access_of(site, "rooms.provider") is Permission.MANAGE_PROVIDER


@pytest.mark.parametrize("target", ["/", "/own", "/own?page=2", "/a//b", "/ünïcode"])
def test_a_path_on_this_site_is_kept(target: str) -> None:
    assert local_path(target) == target


@pytest.mark.parametrize(
    "target",
    [None, "", "own", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
     "/\t/evil.example", "/\r\nSet-Cookie: a=b", " /own", "\\\\evil.example"],
)  # fmt: skip
def test_a_way_off_the_site_is_dropped(target: str | None) -> None:
    assert local_path(target) is None
