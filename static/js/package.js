// The page around an open package: takes what the package's frames say, and saves it one after the other, the latest last. What
// cannot be sent (no connection) is kept and tried again. A package that is opened elsewhere ends here, and says so. A cmi5 package
// reports to the site by itself: here is only shown what came of it.
(() => {
  const player = document.querySelector("[data-package]");
  const frame = player.querySelector("iframe");
  const form = player.querySelector("form");
  const told = player.querySelector("[data-told]");
  const note = player.querySelector("[data-saved]");
  const HOLD = 100;
  const RETRY = 5000;

  let waiting = null;
  let sending = null;
  let timer = null;
  let ended = false;
  const speakers = new Set();

  const isWithin = (source) => {
    for (let here = source; here; here = here.parent) {
      if (here === frame.contentWindow) return true;
      if (here === here.parent) return false;
    }
    return false;
  };

  window.addEventListener("message", (event) => {
    if (!isWithin(event.source)) return;
    if (event.data?.ceu === "spoke") look();
    if (event.data?.ceu !== "state" || typeof event.data.state !== "object") return;
    speakers.add(event.source);
    for (const other of speakers) {
      if (other !== event.source && !other.closed) other.postMessage({ ceu: "told", state: event.data.state }, "*");
    }
    waiting = { ...waiting, ...event.data.state };
    note.textContent = "Saving …";
    plan(HOLD);
  });

  const plan = (delay) => {
    if (!ended) timer ??= setTimeout(send, delay);
  };

  const body = (state) => {
    const data = new FormData(form);
    data.set("state", JSON.stringify(state));
    return data;
  };

  const show = (said) => {
    told.textContent = said.told;
    if (waiting === null) note.textContent = said.done ? "Saved. This lesson is done." : "Saved.";
  };

  const end = (message) => {
    ended = true;
    note.textContent = message;
    frame.remove();
  };

  const send = async () => {
    timer = null;
    if (sending !== null || waiting === null) return; // what is being sent looks afterwards whether more waits
    [sending, waiting] = [waiting, null];
    let delay = HOLD;
    try {
      const answer = await fetch(form.action, { method: "POST", body: body(sending), redirect: "error" });
      const said = await answer.json();
      sending = null;
      if (answer.ok) show(said);
      else if (answer.status === 409) end(said.message);
      else note.textContent = said.message;
    } catch {
      note.textContent = "Not saved yet: the site cannot be reached. It is tried again.";
      [sending, waiting] = [null, { ...sending, ...waiting }];
      delay = RETRY;
    }
    if (waiting !== null) plan(delay);
  };

  let looking = null;
  const look = () => {
    looking ??= setTimeout(async () => {
      looking = null;
      const said = await fetch(player.dataset.package).then((answer) => answer.json()).catch(() => null);
      if (said?.ended) end(said.ended);
      else if (said) show(said);
    }, HOLD);
  };

  window.addEventListener("pagehide", () => {
    if ((sending ?? waiting) !== null && !ended) navigator.sendBeacon(form.action, body({ ...sending, ...waiting }));
  });
})();
