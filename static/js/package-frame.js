// Runs inside a package's frames, before every script of their own. A frame has an origin that nothing else has, so what a browser
// refuses there (storage, cookies, looking into other windows) is answered in its place. A SCORM page gets the run-time it looks for
// (scorm-again) with the state it kept, and whatever changes is told to the page around it; of a cmi5 page, only that it spoke.
(() => {
  const { standard, site, state, home } = document.currentScript.dataset;
  const around = window.parent;
  const stand = (name, value) => Object.defineProperty(window, name, { value, configurable: true, writable: true });

  // A page that follows another in the same frame finds there what the earlier one had: the frame's name carries it over, which
  // needs no answer from anywhere. The name itself is put back, for other frames may know this one by it.
  const MARK = "ceu-carries:";
  const STAYED = 3000; // so long after a page was asked, somebody has decided to stay on it
  const carried = (() => {
    if (!window.name.startsWith(MARK)) return {};
    const found = JSON.parse(window.name.slice(MARK.length));
    window.name = found.name ?? "";
    return found.home === home ? found : {};
  })();

  const memory = (kept) => ({
    getItem: (key) => kept.get(String(key)) ?? null,
    setItem: (key, value) => void kept.set(String(key), String(value)),
    removeItem: (key) => void kept.delete(String(key)),
    clear: () => kept.clear(),
    key: (place) => [...kept.keys()][place] ?? null,
    get length() { return kept.size; },
  });
  const stores = Object.fromEntries(["localStorage", "sessionStorage"].map((name) => [name, new Map(carried[name] ?? [])]));
  for (const [name, kept] of Object.entries(stores)) {
    try { void window[name]; } catch { stand(name, memory(kept)); }
  }
  try { void document.cookie; } catch { Object.defineProperty(document, "cookie", { get: () => "", set: () => {}, configurable: true }); }

  // A window of its own would be out of sight of the page around it: it opens as a layer over this page instead.
  stand("open", (address = "", name = "") => {
    const url = new URL(address, document.baseURI).href;
    if (!url.startsWith(home)) return null;
    const layer = document.createElement("dialog");
    layer.style.cssText = "width: 100%; height: 100%; max-width: none; max-height: none; box-sizing: border-box; border: 0; padding: 0; background: #fff";
    const inner = document.createElement("iframe");
    inner.name = MARK + JSON.stringify({ home, name: /^_/.test(name) ? "" : name, isLayer: true });
    inner.title = document.title;
    inner.src = url;
    inner.style.cssText = "display: block; width: 100%; height: calc(100% - 3rem); border: 0";
    const shut = document.createElement("button");
    shut.textContent = "Close this window";
    shut.style.cssText = "height: 2.5rem; margin: .25rem; font: 1rem system-ui";
    layer.append(shut, inner);
    document.body.append(layer);
    layer.showModal();
    const opened = {
      closed: false,
      close: () => { opened.closed = true; layer.remove(); },
      focus: () => inner.focus(),
      blur() {},
      opener: window,
      location: { assign: (to) => (inner.src = to), replace: (to) => (inner.src = to), set href(to) { inner.src = to; } },
    };
    shut.addEventListener("click", opened.close);
    layer.addEventListener("close", opened.close);
    window.addEventListener("message", (event) => {
      if (event.data?.ceu === "close" && event.source === inner.contentWindow) opened.close();
    });
    return opened;
  });
  if (carried.isLayer) stand("close", () => around.postMessage({ ceu: "close" }, "*"));

  // Done as soon as the page is asked whether it may go: the next one may be there before the last words of this one are spoken.
  let ownName = window.name;
  const carry = (cmi) => {
    if (!window.name.startsWith(MARK)) ownName = window.name;
    const kept = Object.fromEntries(Object.entries(stores).map(([name, values]) => [name, [...values]]));
    window.name = MARK + JSON.stringify({ home, name: ownName, isLayer: carried.isLayer, cmi, ...kept });
  };
  const stay = () => {
    if (window.name.startsWith(MARK)) window.name = ownName;
  };

  if (standard === "cmi5") {
    const spoke = (entries) => {
      if (entries.getEntries().some((entry) => entry.name.startsWith(`${site}/xapi/`))) window.top.postMessage({ ceu: "spoke" }, site);
    };
    new PerformanceObserver(spoke).observe({ type: "resource", buffered: true });
    for (const name of ["beforeunload", "pagehide"]) window.addEventListener(name, () => carry());
    window.addEventListener("beforeunload", () => setTimeout(stay, STAYED));
    return;
  }

  // A part may go from page to page, and its session with it: the run-time has begun on every page, and saying so first is right.
  const LMS = standard === "scorm12" ? "LMS" : "";
  const api = new window[LMS ? "Scorm12API" : "Scorm2004API"]({ autocommit: false, logLevel: 5 });
  api.loadFromFlattenedJSON({ ...JSON.parse(state), ...carried.cmi }, "");
  const begin = api[LMS + "Initialize"].bind(api);
  begin("");

  const all = () => Object.fromEntries(Object.entries(api.getFlattenedCMI()).filter(([, value]) => typeof value === "string"));
  let told = all();
  let timer = null;
  let isLeaving = false;
  let isHearing = false;

  // Only what changed is told, for several frames may speak for one part. While a page goes away nothing waits: its last words go
  // to the site by themselves, because the page around it may be going too.
  const tell = (always = false) => {
    clearTimeout(timer);
    timer = null;
    const now = all();
    const changed = Object.fromEntries(Object.entries(now).filter(([element, value]) => value !== (told[element] ?? "")));
    told = now;
    if (!always && !Object.keys(changed).length) return;
    window.top.postMessage({ ceu: "state", state: changed }, site);
    if (isLeaving) navigator.sendBeacon(home, JSON.stringify(changed));
  };
  const soon = () => {
    if (isHearing) return;
    if (isLeaving) queueMicrotask(() => { tell(); carry(told); });
    else timer ??= setTimeout(tell, 0);
  };
  const leave = () => {
    isLeaving = true;
    tell();
    carry(told);
  };
  window.addEventListener("pagehide", leave);
  window.addEventListener("beforeunload", () => {
    leave();
    setTimeout(() => {
      isLeaving = false;
      stay();
    }, STAYED);
  });

  // What another frame of the same package has set is heard here, so that this one reads it.
  window.addEventListener("message", (event) => {
    if (event.source !== window.top || event.origin !== site || event.data?.ceu !== "told") return;
    event.stopImmediatePropagation();
    isHearing = true;
    for (const [element, value] of Object.entries(event.data.state)) api[LMS + "SetValue"](element, value);
    api[LMS + "GetValue"](LMS ? "cmi.core._children" : "cmi._version"); // leaves no error behind
    isHearing = false;
    told = all();
  });

  api[LMS + "Initialize"] = () => {
    api[LMS + "Initialize"] = begin;
    tell(true);
    return "true";
  };
  api.on(LMS + "SetValue.cmi.*", soon);
  api.on(LMS + "Commit", () => tell());
  api.on(LMS ? "LMSFinish" : "Terminate", () => tell());

  // Packages look for the run-time in their window, or in the windows above it, which they may not see: this stands there instead.
  const name = LMS ? "API" : "API_1484_11";
  stand(name, api);
  const above = { [name]: api, opener: null, closed: false, postMessage() {} };
  above.parent = above.top = above;
  stand("parent", above);
  if (carried.isLayer) stand("opener", above);
})();
