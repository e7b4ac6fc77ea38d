"""A trainee takes the log away, and brings it back: every page checked by axe, in both widths, by keyboard."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Actor

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.mark.parametrize("width", [1280, 375])
def test_a_log_leaves_and_returns(actor: Callable[..., Actor], tmp_path: Path, width: int) -> None:
    alice = actor(width)
    alice.registers("Alice Romero", "alice@example.org")
    for path in ("/hours/forms", "/hours/export", "/hours/export/restore"):
        for theme in ("dark", "light"):
            alice.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            alice.goes_to(path)
    alice.goes_to("/hours/export")
    link = alice.page.get_by_role("link", name="Download JSON")
    link.focus()
    with alice.page.expect_download() as download:
        alice.page.keyboard.press("Enter")
    file = tmp_path / "log.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["records"][0]["body"]["person"]["name"] == "Alice Romero"
    alice.clicks("Bring a log back")
    alice.page.get_by_label("Your exported log").set_input_files(file)
    alice.clicks("Bring it back")
    alice.reads("Nothing was changed")
