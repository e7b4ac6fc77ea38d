"""Content packages: read as the standards write them, kept whole or not at all, refused with a sentence."""

import tracemalloc
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from ceu.adapters.archives import MB, open_archive
from ceu.adapters.content import Manifest, manifest_from_json, read_manifest
from ceu.adapters.content_store import ContentStore
from ceu.domain.errors import DomainError
from tests.packages.samples import CMI5, PAGE, SCORM_12, cmi5, scorm_12, scorm_12_of_one, scorm_2004, zipped


def _read(stream: BytesIO) -> Manifest:
    with open_archive(stream) as archive:
        return read_manifest(archive)


def test_scorm_12_with_a_heading_a_sco_and_an_asset() -> None:
    manifest = _read(scorm_12())
    assert (manifest.standard, manifest.title) == ("scorm12", "Listening, packed")
    assert [(item.id, item.depth, item.kind, item.href) for item in manifest.items] == [
        ("chapter", 0, "heading", ""),
        ("hear", 1, "sco", "hear.html?page=1"),
        ("read", 0, "asset", "read.html"),
    ]
    hear = manifest.part("hear")
    assert hear is not None
    assert (hear.mastery, hear.launch_data, hear.max_time) == ("80", "level=2", "01:00:00")
    assert hear.time_limit_action == "continue,no message"
    assert manifest.unheeded == ("Its prerequisites: every part can be opened from the list, in any order.",)


@pytest.mark.parametrize("edition", ["2004 3rd Edition", "2004 4th Edition"])
def test_scorm_2004_of_both_editions(edition: str) -> None:
    manifest = _read(scorm_2004(edition))
    (wait,) = manifest.parts
    assert (manifest.standard, wait.href) == ("scorm2004", "content/wait.html")
    assert (wait.mastery, wait.completion_threshold) == ("0.8", "0.9")
    assert (wait.launch_data, wait.max_time) == ("level=3", "PT1H")
    assert "sequencing rules" in manifest.unheeded[0]


def test_cmi5_with_a_block_and_defaults() -> None:
    manifest = _read(cmi5())
    assert (manifest.standard, manifest.title) == ("cmi5", "Answering, packed")
    block, first, second = manifest.items
    assert (block.kind, first.depth, first.href) == ("heading", 1, "au/index.html?start=1")
    assert (first.move_on, first.mastery, first.launch_data, first.entitlement_key) == (
        "CompletedAndPassed",
        "0.8",
        "level=4",
        "key-1",
    )
    assert (second.move_on, second.mastery) == ("NotApplicable", None)


@pytest.mark.parametrize("sample", [scorm_12, scorm_2004, cmi5])
def test_a_manifest_survives_json(sample: object) -> None:
    manifest = _read(sample())  # type: ignore[operator]
    assert manifest_from_json(manifest.as_json()) == manifest


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.html": "x"}, "neither imsmanifest.xml nor cmi5.xml"),
        ({"course/imsmanifest.xml": SCORM_12}, "one folder too deep"),
        ({"imsmanifest.xml": SCORM_12}, "which the package does not hold"),
        ({"imsmanifest.xml": "<manifest"}, "no whole XML"),
        ({"imsmanifest.xml": "<html/>"}, "no SCORM manifest"),
        ({"imsmanifest.xml": "<manifest/>"}, "does not say which SCORM"),
        (
            {"imsmanifest.xml": SCORM_12.replace("1.2</schemav", "1.1</schemav").replace("rootv1p", "x")},
            "(“1.1”)",
        ),
        (
            {"imsmanifest.xml": SCORM_12.replace('href="hear.html"', 'href="https://example.org/x.html"')},
            "a page outside the package",
        ),
        (
            {"imsmanifest.xml": SCORM_12.replace('href="hear.html"', 'href="../../etc/passwd"')},
            "which the package does not hold",
        ),
        (
            {"imsmanifest.xml": SCORM_12.replace('identifierref="r-hear"', 'identifierref="gone"')},
            "names a resource the package does not describe",
        ),
        (
            {
                "imsmanifest.xml": SCORM_12.replace(
                    'identifier="read" identifierref', 'identifier="hear" identifierref'
                ),
                "hear.html": PAGE,
            },
            "no identifier of its own",
        ),
        ({"imsmanifest.xml": '<!DOCTYPE m [<!ENTITY a "b">]>' + SCORM_12[21:]}, "entities of its own"),
        (
            {"cmi5.xml": CMI5.replace("CompletedAndPassed", "Whenever"), "au/index.html": ""},
            "moveOn “Whenever”",
        ),
        ({"cmi5.xml": CMI5.replace('"0.8"', '"80"'), "au/index.html": ""}, "mastery score “80”"),
        ({"cmi5.xml": "<courseStructure/>"}, "describes no course"),
    ],
)
def test_what_cannot_play_is_refused_with_a_sentence(
    files: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    store = ContentStore(tmp_path / "packages")
    with pytest.raises(DomainError, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        store.put(zipped(files))
    assert list(tmp_path.rglob("*")) == [], "something was left behind"


def test_a_package_is_kept_once_and_found_by_its_hash(tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "packages")
    package = scorm_12()
    kept = store.put(package)
    assert store.put(package) == kept
    assert len(list((tmp_path / "packages").glob("*/*"))) == 1
    found = store.find(kept.sha256, "hear.html")
    assert found is not None
    assert (found.path.read_text(), found.media_type, found.is_page) == (PAGE, "text/html", True)


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "..",
        "",
        "/etc/passwd",
        "hear.html/..",
        "a\0b",
        "..\\secret",
        "x/../../../secret",
        "gone.html",
    ],
)
def test_no_path_leads_out_of_a_package(name: str, tmp_path: Path) -> None:
    store = ContentStore(tmp_path / "packages")
    kept = store.put(scorm_12())
    (tmp_path / "packages" / kept.sha256[:2] / "secret").write_text("of another")
    (tmp_path / "secret").write_text("of the site")
    assert store.find(kept.sha256, name) is None


def test_a_hash_is_no_path(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of the site")
    assert ContentStore(tmp_path / "packages").find("..", "secret") is None


@pytest.mark.parametrize(
    ("page", "begins"),
    [
        (
            "<!DOCTYPE html>\n<html lang='en'><head>\n<script>",
            "<!DOCTYPE html>\n<html lang='en'><head>RUN\n<script>",
        ),
        ("<HTML><HEAD profile=x><title>", "<HTML><HEAD profile=x>RUN<title>"),
        ("<!doctype html><p>x", "<!doctype html>RUN<p>x"),
        ("<html><body><header>", "<html>RUN<body><header>"),
        ("<script>1</script>", "RUN<script>1</script>"),
        ("", "RUN"),
    ],
)
def test_the_run_time_comes_before_every_script_of_a_page(page: str, begins: str, tmp_path: Path) -> None:
    store = ContentStore(tmp_path)
    kept = store.put(scorm_12(hear=page))
    found = store.find(kept.sha256, "hear.html")
    assert found is not None
    assert b"".join(found.with_script("RUN")).decode() == begins


def test_memory_is_flat_while_a_large_package_is_taken_in(tmp_path: Path) -> None:
    video = Random(1).randbytes(40 * MB)
    stream = scorm_12_of_one(PAGE, **{"video.mp4": video})
    store = ContentStore(tmp_path)
    tracemalloc.start()
    try:
        kept = store.put(stream)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept.size > 40 * MB
    assert peak < 2 * MB


def test_a_bomb_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    bomb = scorm_12_of_one(PAGE, **{"zeros.bin": bytes(50 * MB)})
    with pytest.raises(DomainError, match="out of almost nothing"):
        ContentStore(tmp_path / "packages").put(bomb)
    assert list(tmp_path.rglob("*")) == []
