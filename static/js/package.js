// The page around an open package: takes what the package's frame says, and saves it one after the other, the latest last. What
// cannot be sent (no connection) is kept and tried again. A package that is opened elsewhere ends here, and says so.
(() => {
  const player = document.querySelector("[data-package]");
  const frame = player.querySelector("iframe");
  const form = player.querySelector("form");
  const told = player.querySelector("[data-told]");
  const note = player.querySelector("[data-saved]");
  const HOLD = 100;
  const RETRY = 5000;

  let waiting = null;
  let timer = null;
  let sending = false;
  let ended = false;

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.data?.ceu !== "state" || typeof event.data.state !== "string") return;
    waiting = event.data.state;
    note.textContent = "Saving …";
    plan(HOLD);
  });

  const plan = (delay) => {
    if (!ended) timer ??= setTimeout(send, delay);
  };

  const body = () => {
    const data = new FormData(form);
    data.set("state", waiting);
    return data;
  };

  const send = async () => {
    timer = null;
    if (sending || waiting === null) return; // what is being sent looks afterwards whether more waits
    sending = true;
    const data = body();
    const sent = waiting;
    let delay = HOLD;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, redirect: "error" });
      const said = await answer.json();
      if (waiting === sent) waiting = null;
      if (answer.ok) {
        told.textContent = said.told;
        if (waiting === null) note.textContent = said.done ? "Saved. This lesson is done." : "Saved.";
      } else {
        note.textContent = said.message;
        if (answer.status === 409) {
          ended = true;
          frame.remove();
        }
      }
    } catch {
      note.textContent = "Not saved yet: the site cannot be reached. It is tried again.";
      delay = RETRY;
    }
    sending = false;
    if (waiting !== null) plan(delay);
  };

  window.addEventListener("pagehide", () => {
    if (waiting !== null && !ended) navigator.sendBeacon(form.action, body());
  });
})();
