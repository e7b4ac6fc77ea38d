"""What files a course may hold: told by their bytes, within their limits, without anything that runs."""

from io import BytesIO

import pytest

from ceu.adapters.course_assets import MB, address, captions_of, kind_of, look_at_asset
from ceu.domain.errors import DomainError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><defs><linearGradient id="g"/></defs><rect fill="url(#g)" width="2"/></svg>'


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.gif", b"GIF89a.."),
        ("a.webp", b"RIFF0000WEBPVP8 "),
        ("a.svg", SVG),
        ("a.mp4", b"\0\0\0\x20ftypisom"),
        ("a.webm", b"\x1aE\xdf\xa3.."),
        ("a.mp3", b"ID3\x04"),
        ("a.mp3", b"\xff\xfb\x90"),
        ("a.m4a", b"\0\0\0\x20ftypM4A "),
        ("a.ogg", b"OggS.."),
        ("a.vtt", VTT),
        ("a.vtt", b"\xef\xbb\xbfWEBVTT - talk\r\n\r\n01:00:00.000 --> 01:00:01.000"),
        ("a.pdf", b"%PDF-1.7"),
    ],
)
def test_files_that_hold_what_their_name_says_are_taken(name: str, data: bytes) -> None:
    assert look_at_asset(name, BytesIO(data)).size == len(data)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.exe", b"MZ", "ending that courses do not take"),
        ("a", PNG, "ending that courses do not take"),
        ("a.png", b"", "is empty"),
        ("a.png", b"<svg/>", "does not hold what its ending says"),
        ("a.jpg", PNG, "does not hold what its ending says"),
        ("a.mp4", b"%PDF-1.7", "does not hold what its ending says"),
        ("a.vtt", b"1\n00:00:00,000 --> 00:00:01,000\nSubRip", "does not hold what its ending says"),
        ("a.vtt", b"WEBVTT\n\nno times", "no line with times"),
        ("a.png", PNG + b"0" * (5 * MB), "the most is 5 MB"),
    ],
)
def test_others_are_refused_with_a_sentence(name: str, data: bytes, said: str) -> None:
    with pytest.raises(DomainError, match=said) as refused:
        look_at_asset(name, BytesIO(data))
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<use href="https://example.org/x.svg#a"/>',
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="data:image/svg+xml,x"/>',
        "<foreignObject/>",
        "<image href='x.png'/>",
        "<style>@import 'https://example.org'</style>",
        '<rect style="fill:url(https://example.org)"/>',
        '<rect style="background:u\\72l(x)"/>',
        "<animate attributeName='href'/>",
        '<a href="javascript:alert(1)"><text>x</text></a>',
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'/>",
        "<?xml-stylesheet href='x'?>",
    ],
)
def test_a_drawing_that_could_act_is_refused(inside: str) -> None:
    with pytest.raises(DomainError, match="could act in the reader's browser"):
        look_at_asset("a.svg", BytesIO(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()))


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE svg [<!ENTITY x "y">]>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<?xml-stylesheet href="https://example.org/x.css"?>',
    ],
)
def test_a_drawing_with_a_prologue_of_its_own_is_refused(before: str) -> None:
    with pytest.raises(DomainError, match="could act"):
        look_at_asset("a.svg", BytesIO(before.encode() + SVG))


def test_a_drawing_that_is_cut_off_is_refused() -> None:
    with pytest.raises(DomainError, match="no whole SVG"):
        look_at_asset("a.svg", BytesIO(SVG[:-6]))


def test_names_say_what_a_file_is_for() -> None:
    assert [kind_of(name) for name in ("a.PNG", "a.mp4", "a.mp3", "a.vtt", "a.pdf", "a.exe")] == [
        "image", "video", "audio", "captions", "document", "",
    ]  # fmt: skip
    assert captions_of("assets/talk.mp4") == "assets/talk.vtt"
    assert address("0" * 64, "assets/talk.MP4") == f"/courses/files/{'0' * 64}.mp4"
