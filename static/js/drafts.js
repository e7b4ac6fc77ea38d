// Keeps what is typed into a form marked data-keep="name" until the server has it: through a lost connection, a closed tab
// or a mistaken step back. It stays in this browser (localStorage), apart for each person, never holds passwords or files,
// is forgotten when the person signs out, and after a week. Nothing is sent anywhere.
(() => {
  const PREFIX = "ceu-draft:";
  const WEEK = 7 * 24 * 60 * 60 * 1000;
  const SKIPPED = new Set(["hidden", "password", "file", "submit", "button"]);
  const person = document.querySelector("main[data-person]")?.dataset.person ?? "";
  const mine = PREFIX + person + ":";
  const drafts = (prefix) => Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  const load = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };
  const controls = (form) => [...form.elements].filter((control) => control.name && !SKIPPED.has(control.type));
  const isTicked = (control) => control.type === "checkbox" || control.type === "radio";

  const read = (form) =>
    controls(form).map((control) => [
      control.name,
      isTicked(control) ? control.value : "",
      isTicked(control) ? control.checked : control.value,
    ]);

  // Equal names come in the order of the page, so several rows find their own values again.
  const restore = (form, draft) => {
    const waiting = [...draft.fields];
    for (const control of controls(form)) {
      const at = waiting.findIndex(([name, value]) => name === control.name && (!isTicked(control) || value === control.value));
      if (at < 0) continue;
      const [[, , state]] = waiting.splice(at, 1);
      if (isTicked(control)) control.checked = state;
      else control.value = state;
      if (state && state !== control.defaultValue) control.closest("details")?.setAttribute("open", "");
    }
    // Sent before, and perhaps arrived although no answer came: with the same mark the server acts once.
    if (draft.sent && form.elements.once) form.elements.once.value = draft.sent;
  };

  const say = (form, name, at) => {
    const note = document.createElement("div");
    note.className = "notice notice-note";
    note.setAttribute("role", "status");
    note.dataset.draft = "restored";
    const text = document.createElement("p");
    const when = new Date(at).toLocaleString([], { weekday: "short", hour: "numeric", minute: "2-digit" });
    text.textContent = "Filled in again: what you typed here (" + when + ") and did not save yet.";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = "Forget it";
    button.addEventListener("click", () => {
      localStorage.removeItem(name);
      location.reload();
    });
    note.append(text, button);
    form.before(note);
  };

  // A saved form is answered by a redirect to a page of the same person; a refused one by itself; a lost one by nothing.
  const arrival = performance.getEntriesByType("navigation")[0];
  const saved = person !== "" && arrival?.type === "navigate" && arrival.redirectCount > 0;
  for (const name of drafts(PREFIX)) {
    const draft = load(name);
    if (!draft || Date.now() - draft.at > WEEK || (saved && draft.sent && name.startsWith(mine))) {
      localStorage.removeItem(name);
    }
  }

  for (const form of document.querySelectorAll("form[data-keep]")) {
    const name = mine + form.dataset.keep;
    const draft = load(name);
    const isRefused = form.querySelector(".error-summary") !== null;
    if (draft && !isRefused && JSON.stringify(draft.fields) !== JSON.stringify(read(form))) {
      restore(form, draft);
      say(form, name, draft.at);
    }

    const save = (sent) => {
      try {
        localStorage.setItem(name, JSON.stringify({ at: Date.now(), sent, fields: read(form) }));
      } catch {
        // Without room or permission to store, the form works as it does without this script.
      }
    };
    form.addEventListener("input", () => save(""));
    form.addEventListener("submit", (event) => {
      save(form.elements.once?.value || "sent");
      if (navigator.onLine) return;
      event.preventDefault();
      if (form.querySelector("[data-offline]")) return;
      const note = document.createElement("p");
      note.className = "notice notice-mend";
      note.setAttribute("role", "alert");
      note.dataset.offline = "yes";
      note.textContent = "You are offline. What you typed is kept in this browser; send it when the connection is back.";
      form.prepend(note);
      window.addEventListener("online", () => note.remove(), { once: true });
    });
  }

  for (const form of document.querySelectorAll("form[data-forget]")) {
    form.addEventListener("submit", () => drafts(PREFIX).forEach((name) => localStorage.removeItem(name)));
  }
})();
