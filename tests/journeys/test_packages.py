"""Packages in a real browser: one that plays by the rules keeps its place, one that does not reaches nothing."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from playwright.sync_api import FrameLocator, expect
from sqlalchemy import select
from sqlalchemy.orm import undefer

from ceu.adapters.course_packages import pack
from ceu.adapters.courses import FolderOfFiles
from ceu.db.extension import db
from ceu.demo.cast import PRACTICE
from ceu.packages.models import PackagePart
from ceu.settings import ROOT
from ceu.statements.models import Statement
from tests.browser import AXE
from tests.factories import PASSWORD, make_person
from tests.journeys.conftest import Actor
from tests.packages.builders import make_learner, make_packed_version
from tests.packages.samples import cmi5, scorm_12_of_one, scorm_2004

pytestmark = pytest.mark.journey

VENDOR = ROOT / "tests" / "vendor"

# Looks for its run-time in the windows above first, as many packages do, and begins to speak before the page is whole.
PLAYS_12 = """<!DOCTYPE html><html lang="en"><head><title>Hearing</title><script>
function scan(win) { while (win.API == null && win.parent != null && win.parent != win) win = win.parent; return win.API; }
let API = window.parent && window.parent != window ? scan(window.parent) : null;
API.LMSInitialize("");
let place = Number(API.LMSGetValue("cmi.core.lesson_location") || 1);
const greeting = API.LMSGetValue("cmi.core.student_name") + ", " + API.LMSGetValue("cmi.core.entry");
function show() { document.querySelector("#place").textContent = "Page " + place; }
function next() { place += 1; API.LMSSetValue("cmi.core.lesson_location", String(place)); show(); }
function finish() {
  API.LMSSetValue("cmi.core.score.raw", "85");
  const refused = API.LMSSetValue("cmi.core.lesson_status", "splendid") + API.LMSGetLastError();
  API.LMSSetValue("cmi.core.lesson_status", "completed");
  API.LMSSetValue("cmi.core.session_time", "00:30:00");
  document.querySelector("#said").textContent = refused + API.LMSFinish("");
}
</script></head><body onload="show(); document.querySelector('#greeting').textContent = greeting">
<h1>Hearing</h1><p id="greeting"></p><p id="place"></p><p id="said"></p>
<button onclick="next()">Turn the page</button><button onclick="finish()">Finish</button></body></html>"""

PLAYS_2004 = """<!DOCTYPE html><html lang="en"><head><title>Waiting</title><script>
const page = Number(new URLSearchParams(location.search).get("page") || 1);
const API = window.API_1484_11;
const begun = API.Initialize("");
function mark() { API.SetValue("cmi.suspend_data", "seen " + page); }
function on() { location.href = "wait.html?page=" + (page + 1); }
function finish() {
  API.SetValue("cmi.score.scaled", "0.9"); API.SetValue("cmi.progress_measure", "1");
  API.SetValue("cmi.success_status", "passed"); API.SetValue("cmi.completion_status", "completed"); API.Terminate("");
}
</script></head><body onload="document.querySelector('#place').textContent =
  'Page ' + page + ', begun ' + begun + ', kept ' + API.GetValue('cmi.suspend_data')">
<h1>Waiting</h1><p id="place"></p><button onclick="mark()">Mark</button><button onclick="on()">On</button><button onclick="finish()">Finish</button></body></html>"""

HOSTILE = """<!DOCTYPE html><html lang="en"><head><title>Hostile</title></head><body><h1>Hostile</h1><ul id="log"></ul><script>
const site = new URL(location.href).origin;
const note = (name, what) => {
  document.querySelector("#log").insertAdjacentHTML("beforeend", `<li id="${name}">${what}</li>`);
};
const tries = {
  "top-document": () => top.document.title,
  "parent-document": () => (parent.document ?? (() => { throw new Error("none"); })()).title,
  "frame-element": () => { if (!window.frameElement) throw new Error("none"); },
  "top-location": () => { top.location.href = site + "/home"; },
  "popup": () => { if (!window.open(site + "/home")) throw new Error("none"); },
  "cookie": () => { document.cookie = "a=b"; if (!document.cookie) throw new Error("none"); },
  "indexed-db": () => indexedDB.open("x"),
  "worker": () => navigator.serviceWorker.register("sw.js"),
};
for (const [name, attempt] of Object.entries(tries)) {
  try { const made = attempt(); if (made?.catch) made.then(() => note(name, "reached"), () => note(name, "blocked")); else note(name, "reached"); }
  catch { note(name, "blocked"); }
}
const fetches = {
  "home": [site + "/home", { credentials: "include" }],
  "api": [site + "/learning", { method: "POST", mode: "no-cors", credentials: "include", body: "x" }],
  "other-package": [site + "/content/" + "x".repeat(43) + "/a.js", {}],
  "elsewhere": ["http://127.0.0.1:9/", { mode: "no-cors" }],
  "own": ["data.json", {}],
};
for (const [name, [address, options]] of Object.entries(fetches)) {
  fetch(address, options).then(() => note(name, "reached"), () => note(name, "blocked"));
}
const image = new Image();
image.onload = () => note("image", "reached"); image.onerror = () => note("image", "blocked");
image.src = site + "/static/images/mark.svg";
const form = document.createElement("form");
form.method = "post"; form.action = site + "/sign-out"; document.body.append(form);
top.postMessage({ ceu: "state", state: { "cmi.core.lesson_status": "<img src=x onerror=alert(1)>" } }, "*");
</script><button onclick="form.submit()">Send</button><button onclick="location.href = site + '/home'">Leave</button></body></html>"""


# A part as its library (see tests/vendor) lets it be written.
PLAYS_CMI5 = """<!DOCTYPE html><html lang="en"><head><title>Answering</title><script src="cmi5.js"></script></head>
<body><h1>Answering</h1><p id="said">wait</p><p id="asked"></p>
<button id="pass">Pass</button><button id="complete">Complete</button><button id="end">End</button><script>
localStorage.setItem("seen", "1");
const part = new Cmi5();
const say = (what) => (document.querySelector("#said").textContent = what);
const step = (name, act) => document.getElementById(name).addEventListener("click", () => act().then(() => say(name), (error) => say("refused " + error.response?.data)));
part.initialize().then(() => {
  const { launchMode, masteryScore, moveOn, launchParameters, entitlementKey } = part.getLaunchData();
  document.querySelector("#asked").textContent = [launchMode, masteryScore, moveOn, launchParameters, entitlementKey?.courseStructure].join(" ");
  say("begun");
}, (error) => say("no start " + error));
step("pass", () => part.pass({ scaled: 0.85 }));
step("complete", () => part.complete());
step("end", () => part.terminate());
</script></body></html>"""

# The frame within speaks by a wrapper many packages carry; the page around it begins and ends the session, and ends it at the last
# moment only, as so many do.
OUTER = """<!DOCTYPE html><html lang="en"><head><title>Outer</title><script>
function find(win) { while (!win.API && win.parent && win.parent != win) win = win.parent; return win.API; }
const API = find(window);
API.LMSInitialize("");
window.addEventListener("unload", () => { API.LMSSetValue("cmi.core.exit", "suspend"); API.LMSFinish(""); });
function look() { document.querySelector("#seen").textContent = API.LMSGetValue("cmi.core.lesson_location"); }
</script></head><body><h1>Outer</h1><button onclick="look()">Look</button><p id="seen"></p>
<button onclick="window.open('inner.html', 'extra', 'width=300')">Open a window</button>
<iframe name="content" title="Content" src="inner.html"></iframe>
<a href="next.html" target="content">Next page of the content</a></body></html>"""
INNER = """<!DOCTYPE html><html lang="en"><head><title>Inner</title><script>var exports = {};</script><script src="pipwerks.js"></script>
</head><body><h1>PAGE</h1><button id="mark">Mark PAGE</button><a href="next.html">On</a><button id="shut">Shut</button><p id="kept"></p><script>
const scorm = exports.SCORM;
scorm.version = "1.2";
document.querySelector("#kept").textContent = scorm.init() + " " + scorm.get("cmi.core.lesson_location");
document.querySelector("#mark").addEventListener("click", () => { scorm.set("cmi.core.lesson_location", "PAGE"); });
document.querySelector("a").addEventListener("click", () => { scorm.set("cmi.core.lesson_location", "just before"); });
document.querySelector("#shut").addEventListener("click", () => window.close());
</script></body></html>"""


@pytest.fixture
def learner(
    actor: Callable[..., Actor], running: tuple[str, Flask]
) -> Callable[[BytesIO], tuple[Actor, FrameLocator]]:
    """Carol before the open package of a lesson."""

    def make(package: BytesIO, done_when: str = "completed") -> tuple[Actor, FrameLocator]:
        _, app = running
        with app.app_context():
            carol, dana = make_person(db.session(), "carol"), make_person(db.session(), "dana")
            content = app.extensions["ceu.outside"].content
            version = make_packed_version(db.session(), content, dana, package, done_when)
            enrollment_id = make_learner(db.session(), carol, version).id
            db.session.commit()
        one = actor()
        one.goes_to(f"/sign-in?next=/learning/{enrollment_id}/lessons/1")
        one.fills({"E-mail address": "carol@example.org", "Password": PASSWORD})
        one.clicks("Sign in")
        one.clicks("Go to the package")
        one.clicks("Open")
        return one, one.page.frame_locator("iframe")

    return make


def test_a_package_plays_keeps_its_place_and_finishes_its_lesson(
    learner: Callable[[BytesIO], tuple[Actor, FrameLocator]], running: tuple[str, Flask]
) -> None:
    mastery = "<adlcp:masteryscore>80</adlcp:masteryscore>"
    carol, frame = learner(scorm_12_of_one(PLAYS_12, mastery, "Hearing"))
    expect(frame.locator("#greeting")).to_have_text("Carol Example, ab-initio")
    expect(frame.locator("#place")).to_have_text("Page 1")
    frame.get_by_role("button", name="Turn the page").click()
    frame.get_by_role("button", name="Turn the page").click()
    expect(frame.locator("#place")).to_have_text("Page 3")
    expect(carol.page.locator("[data-saved]")).to_have_text("Saved.")
    carol.page.reload()
    expect(frame.locator("#place")).to_have_text("Page 3")
    expect(frame.locator("#greeting")).to_have_text("Carol Example, resume")
    frame.get_by_role("button", name="Finish").click()
    expect(frame.locator("#said")).to_have_text("false405true")
    expect(carol.page.locator("[data-saved]")).to_have_text("Saved. This lesson is done.")
    expect(carol.page.locator("[data-told]")).to_have_text("completed, passed, 85 %")
    carol.looks()
    carol.clicks("Leave the package")
    carol.reads("This lesson is done")
    carol.reads("The package says: completed, passed, 85 %; 30 min spent in it")


def test_a_part_may_go_from_page_to_page(
    learner: Callable[[BytesIO], tuple[Actor, FrameLocator]],
) -> None:
    carol, frame = learner(scorm_2004(page=PLAYS_2004))
    expect(frame.locator("#place")).to_have_text("Page 1, begun true, kept ")
    with carol.page.expect_response(lambda response: response.request.method == "POST"):
        frame.get_by_role("button", name="Mark").click()
    frame.get_by_role("button", name="On").click()
    expect(frame.locator("#place")).to_have_text("Page 2, begun true, kept seen 1")
    frame.get_by_role("button", name="Finish").click()
    expect(carol.page.locator("[data-told]")).to_have_text("completed, passed, 90 %")


def test_a_cmi5_package_plays_reports_and_is_satisfied(
    learner: Callable[..., tuple[Actor, FrameLocator]], running: tuple[str, Flask]
) -> None:
    files = {"au/cmi5.js": (VENDOR / "xapi-cmi5.umd.js").read_text()}
    carol, frame = learner(cmi5(PLAYS_CMI5, **files), "satisfied")
    expect(frame.locator("#asked")).to_have_text("Normal 0.8 CompletedAndPassed level=4 key-1")
    expect(carol.page.locator("[data-told]")).to_have_text("incomplete")
    for name in ("Complete", "Pass"):
        frame.get_by_role("button", name=name).click()
        expect(frame.locator("#said")).to_have_text(name.lower())
    expect(carol.page.locator("[data-told]")).to_have_text("completed, passed, 85 %")
    frame.get_by_role("button", name="Pass").click()
    expect(frame.locator("#said")).to_have_text(
        "refused “passed” cannot follow what was said in this session (9.3)."
    )
    frame.get_by_role("button", name="End").click()
    expect(frame.locator("#said")).to_have_text("end")
    frame.get_by_role("button", name="Complete").click()
    expect(frame.locator("#said")).to_contain_text("refused The part has said “terminated”")
    carol.page.reload()
    carol.reads("The page was loaded again")
    carol.looks()
    carol.page.get_by_role("button", name="Open", exact=True).click()
    expect(frame.locator("#asked")).to_have_text("Normal NotApplicable")
    expect(carol.page.locator("[data-saved]")).to_have_text("Saved. This lesson is done.")
    carol.clicks("All parts")
    carol.reads("This lesson is done")
    carol.page.get_by_role("button", name="Open again").first.click()
    expect(frame.locator("#asked")).to_have_text("Review 0.8 CompletedAndPassed level=4 key-1")
    with running[1].app_context():
        bodies = db.session.scalars(select(Statement.body).order_by(Statement.id)).all()
    said = [
        body["verb"]["id"].rpartition("/")[2] + body["object"]["id"].partition("/packages/")[2][64:]
        for body in bodies
        if "/packages/" in body["object"]["id"]
    ]
    assert said == [
        *(
            "launched/2",
            "initialized/2",
            "completed/2",
            "passed/2",
            "satisfied",
            "satisfied/1",
            "terminated/2",
        ),
        *("launched/3", "initialized/3", "abandoned/3", "launched/2", "initialized/2"),
    ]


def test_frames_in_frames_speak_for_one_part_and_lose_nothing(
    learner: Callable[..., tuple[Actor, FrameLocator]], running: tuple[str, Flask]
) -> None:
    files = {
        "inner.html": INNER.replace("PAGE", "inner"),
        "next.html": INNER.replace("PAGE", "next"),
        "pipwerks.js": (VENDOR / "pipwerks-scorm.js").read_text(),
    }
    carol, frame = learner(scorm_12_of_one(OUTER, **files))
    content = frame.frame_locator("iframe[name=content]")
    expect(content.locator("#kept")).to_have_text("true ")
    content.get_by_role("button", name="Mark inner").click()
    expect(carol.page.locator("[data-saved]")).to_have_text("Saved.")
    frame.get_by_role("button", name="Look").click()
    expect(frame.locator("#seen")).to_have_text("inner")
    content.get_by_role("link", name="On").click()  # sets a value, and the page is gone
    expect(content.locator("h1")).to_have_text("next")
    expect(content.locator("#kept")).to_have_text("true just before")
    frame.get_by_role("link", name="Next page of the content").click()  # finds the frame by its name still
    expect(content.locator("#kept")).to_have_text("true just before")
    frame.get_by_role("button", name="Open a window").click()
    layer = frame.frame_locator("dialog iframe")
    layer.get_by_role("button", name="Mark inner").click()
    layer.get_by_role("button", name="Shut").click()
    expect(frame.locator("dialog")).to_have_count(0)
    expect(carol.page.locator("[data-saved]")).to_have_text("Saved.")
    carol.page.get_by_role("link", name="Leave the package").click()
    carol.page.wait_for_load_state()
    carol.page.wait_for_timeout(300)
    with running[1].app_context():
        (part,) = db.session.query(PackagePart).options(undefer(PackagePart.cmi)).all()
        assert part.cmi["cmi.core.lesson_location"] == "inner"
        assert part.suspended, "what was set while the page was unloading is lost"


def test_the_practice_of_the_demo_plays_by_keyboard_alone(
    learner: Callable[..., tuple[Actor, FrameLocator]],
) -> None:
    carol, frame = learner(pack(FolderOfFiles(PRACTICE / "package")), "passed")
    frame.get_by_role("radio").first.focus()
    keys = carol.page.keyboard
    for when in ("once", "always", "once", "always", "once", "always", "always"):
        keys.press("Space" if when == "once" else "ArrowDown")
        keys.press("Tab")
    keys.press("Enter")
    expect(frame.get_by_role("status")).to_contain_text("6 of 7 are right.")
    expect(carol.page.locator("[data-told]")).to_have_text("completed, passed, 86 %")
    expect(carol.page.locator("[data-saved]")).to_have_text("Saved. This lesson is done.")
    problems = frame.locator("body").evaluate(
        f"async () => {{ {AXE}; return (await axe.run(document)).violations.map((one) => one.id); }}"
    )
    assert problems == []
    carol.page.reload()
    expect(frame.get_by_role("radio", checked=True)).to_have_count(7)


def test_the_second_window_ends_the_first(
    learner: Callable[[BytesIO], tuple[Actor, FrameLocator]],
) -> None:
    carol, frame = learner(scorm_12_of_one(PLAYS_12))
    second = carol.page.context.new_page()
    second.goto(carol.page.get_by_role("link", name="Leave the package").evaluate("link => link.href"))
    second.get_by_role("button", name="Go on").or_(second.get_by_role("button", name="Open")).click()
    expect(second.frame_locator("iframe").locator("#place")).to_have_text("Page 1")
    frame.get_by_role("button", name="Turn the page").click()
    expect(carol.page.locator("[data-saved]")).to_contain_text("opened again since")
    expect(carol.page.locator("iframe")).to_have_count(0)


@pytest.mark.parametrize("standard", ["scorm12", "cmi5"])
def test_a_hostile_package_reaches_nothing(
    standard: str, learner: Callable[[BytesIO], tuple[Actor, FrameLocator]], running: tuple[str, Flask]
) -> None:
    url, app = running
    package = scorm_12_of_one(HOSTILE, **{"data.json": "{}", "sw.js": ""})
    if standard == "cmi5":
        package = cmi5(HOSTILE, **{"au/data.json": "{}", "au/sw.js": ""})
    carol, frame = learner(package)
    asked: list[str] = []
    carol.page.context.on("response", lambda response: asked.append(response.url.removeprefix(url)))
    where = carol.page.url
    carol.page.reload()
    blocked = (
        *(
            "top-document",
            "parent-document",
            "frame-element",
            "top-location",
            "popup",
            "cookie",
            "indexed-db",
        ),
        *("worker", "home", "api", "other-package", "elsewhere", "image"),
    )
    for name in blocked:
        expect(frame.locator(f"#{name}").first, name).to_have_text("blocked")
    expect(frame.locator("#own")).to_have_text("reached")
    is_kept = standard == "scorm12"
    said = "Saved." if is_kept else "This package reports by itself. What it says in another way is not kept."
    expect(carol.page.locator("[data-saved]")).to_have_text(said)
    expect(carol.page.locator("[data-told]")).to_have_text("begun" if is_kept else "nothing yet")
    for way_out in ("Send", "Leave"):
        carol.page.reload()
        frame.get_by_role("button", name=way_out).click()
        carol.page.wait_for_timeout(500)
    assert carol.page.url == where
    assert len(carol.page.context.pages) == 1
    assert [path for path in asked if path in {"/home", "/learning", "/sign-out"}] == []
    assert carol.page.context.cookies(), "Carol is signed out"
    with app.app_context():
        assert [part.completion for part in db.session.query(PackagePart)] == ["unknown"][:is_kept]


def test_the_address_of_a_package_alone_is_as_shut_off(
    learner: Callable[[BytesIO], tuple[Actor, FrameLocator]],
) -> None:
    carol, _ = learner(page_of_own_origin())
    address = carol.page.locator("iframe").get_attribute("src")
    assert address
    carol.page.goto(address)
    expect(carol.page.locator("#origin")).to_have_text("null")


def page_of_own_origin() -> BytesIO:
    """A page that says which origin it has."""
    return scorm_12_of_one(
        '<p id="origin"></p><script>document.querySelector("#origin").textContent = origin</script>'
    )
