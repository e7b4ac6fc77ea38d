// Runs inside a package's frame, before every script of its own: gives the page the run-time it looks for (scorm-again), with the
// state it kept, and tells the page around it whatever changes. The frame has an origin that nothing else has, so what a browser
// refuses there (storage, cookies, looking into the parent) is answered in its place and goes nowhere.
(() => {
  const { standard, site, state } = document.currentScript.dataset;
  const LMS = standard === "scorm12" ? "LMS" : "";

  const stand = (name, value) => Object.defineProperty(window, name, { value, configurable: true, writable: true });
  const memory = () => {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => void kept.set(String(key), String(value)),
      removeItem: (key) => void kept.delete(String(key)),
      clear: () => kept.clear(),
      key: (place) => [...kept.keys()][place] ?? null,
      get length() { return kept.size; },
    };
  };
  for (const name of ["localStorage", "sessionStorage"]) {
    try { void window[name]; } catch { stand(name, memory()); }
  }
  try { void document.cookie; } catch { Object.defineProperty(document, "cookie", { get: () => "", set: () => {}, configurable: true }); }

  // A part may go from page to page, and its session with it: the run-time has begun on every page, and saying so first is right. The
  // next page begins with what the site has by then, so everything is told at once.
  const api = new window[LMS ? "Scorm12API" : "Scorm2004API"]({ autocommit: false, logLevel: 5 });
  api.loadFromFlattenedJSON(JSON.parse(state), "");
  const begin = api[LMS + "Initialize"].bind(api);
  begin("");

  const kept = () =>
    JSON.stringify(Object.fromEntries(Object.entries(api.getFlattenedCMI()).filter(([, value]) => typeof value === "string" && value !== "")));
  let timer = null;
  const tell = () => {
    clearTimeout(timer);
    timer = null;
    window.top.postMessage({ ceu: "state", state: kept() }, site);
  };
  const soon = () => { timer ??= setTimeout(tell, 0); };

  api[LMS + "Initialize"] = () => {
    api[LMS + "Initialize"] = begin;
    soon();
    return "true";
  };
  api.on(LMS + "SetValue.cmi.*", soon);
  api.on(LMS + "Commit", tell);
  api.on(LMS ? "LMSFinish" : "Terminate", tell);
  window.addEventListener("pagehide", () => { if (timer) tell(); });

  // Packages look for the run-time in their window, or in the windows above it, which they may not see: this stands there instead.
  const name = LMS ? "API" : "API_1484_11";
  stand(name, api);
  const above = { [name]: api, opener: null, postMessage() {} };
  above.parent = above.top = above;
  stand("parent", above);
})();
