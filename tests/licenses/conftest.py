"""The cast of licenses: Carol holds one and earns credit, Alice works towards one, Bob is a stranger."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from ceu.accounts.models import Person
from ceu.adapters.outside import Outside
from ceu.adapters.rulepacks import PackLibrary
from ceu.licenses.models import License
from tests.licenses.builders import make_license, make_shelf


@pytest.fixture
def packs(outside: Outside) -> PackLibrary:
    return outside.packs


@pytest.fixture
def license_(session: Session, packs: PackLibrary, carol: Person) -> License:
    """Carol's license, in the middle of a later renewal cycle."""
    return make_license(session, packs, carol)


@pytest.fixture
def harbor(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PackLibrary:
    """The site with the rules of the Harbor Board alone."""
    shelf = make_shelf(tmp_path)
    outside = replace(app.extensions["ceu.outside"], packs=shelf)
    monkeypatch.setitem(app.extensions, "ceu.outside", outside)
    return shelf
