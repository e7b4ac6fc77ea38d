// Keeps what was typed into a form marked data-keep="name" until the server has it: through a lost connection, a crash of
// the tab or a mistaken step back. It lives in this tab only (sessionStorage), never holds passwords or files, and is
// forgotten when the reader signs out.
(() => {
  const PREFIX = "ceu-draft:";
  const SKIPPED = new Set(["hidden", "password", "file", "submit", "button"]);
  const controls = (form) => [...form.elements].filter((control) => control.name && !SKIPPED.has(control.type));
  const isTicked = (control) => control.type === "checkbox" || control.type === "radio";
  const key = (form) => PREFIX + form.dataset.keep;

  const read = (form) =>
    controls(form).map((control) => [
      control.name,
      isTicked(control) ? control.value : "",
      isTicked(control) ? control.checked : control.value,
    ]);

  const restore = (form, saved) => {
    for (const [name, value, state] of saved) {
      for (const control of controls(form)) {
        if (control.name !== name) continue;
        if (isTicked(control)) {
          if (control.value === value) control.checked = state;
        } else control.value = state;
      }
    }
  };

  const offer = (form, saved) => {
    const note = document.createElement("div");
    note.className = "notice notice-note";
    note.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = "You began to fill this in earlier and it was not sent.";
    const row = document.createElement("div");
    row.className = "cluster";
    const choose = (label, kind, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-" + kind;
      button.textContent = label;
      button.addEventListener("click", () => {
        act();
        note.remove();
        controls(form)[0]?.focus();
      });
      row.append(button);
    };
    choose("Fill it in again", "secondary", () => restore(form, saved));
    choose("Forget it", "quiet", () => sessionStorage.removeItem(key(form)));
    note.append(text, row);
    form.before(note);
  };

  // Arriving anywhere by an ordinary step means that the server answered what was sent before.
  const arrival = performance.getEntriesByType("navigation")[0]?.type;
  if (arrival === "navigate") {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(PREFIX) && JSON.parse(sessionStorage[name]).sent) sessionStorage.removeItem(name);
    }
  }

  for (const form of document.querySelectorAll("form[data-keep]")) {
    const saved = JSON.parse(sessionStorage.getItem(key(form)) ?? "null");
    if (saved && JSON.stringify(saved.fields) !== JSON.stringify(read(form))) offer(form, saved.fields);

    const save = (sent) => sessionStorage.setItem(key(form), JSON.stringify({ sent, fields: read(form) }));
    form.addEventListener("input", () => save(false));
    form.addEventListener("submit", (event) => {
      save(navigator.onLine);
      if (navigator.onLine) return;
      event.preventDefault();
      if (form.querySelector("[data-offline]")) return;
      const note = document.createElement("p");
      note.className = "notice notice-mend";
      note.setAttribute("role", "alert");
      note.dataset.offline = "yes";
      note.textContent = "You are offline. What you typed is kept in this tab; send it when the connection is back.";
      form.prepend(note);
      window.addEventListener("online", () => note.remove(), { once: true });
    });
  }

  for (const form of document.querySelectorAll("form[data-forget]")) {
    form.addEventListener("submit", () => sessionStorage.clear());
  }
})();
