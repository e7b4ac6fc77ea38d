// Saves every answer of a test in the background, a moment after it is given, and counts the time down. An answer that cannot be
// sent (no connection) waits in this browser with the instant at which it was given and is sent when the connection is back, also
// from the next page. The server decides: of two answers to a question the later one stands, and its clock ends the test.
(() => {
  const quiz = document.querySelector("[data-quiz]");
  const form = quiz?.querySelector("form");
  const person = document.querySelector("main[data-person]")?.dataset.person ?? "";
  const HOLD = 600;
  const RETRY = 5000;

  const timer = document.querySelector("[data-left]");
  let end = timer ? Date.now() + Number(timer.dataset.left) * 1000 : null;
  const countdown = timer?.querySelector("[data-countdown]");
  const spoken = document.querySelector("[data-time-spoken]");
  const said = new Set();
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const minutes = Math.floor(left / 60);
    countdown.textContent = minutes + " min " + String(left % 60).padStart(2, "0") + " s left";
    for (const mark of [10, 5, 1]) {
      if (left <= mark * 60 && left > mark * 60 - 5 && !said.has(mark)) {
        said.add(mark);
        spoken.textContent = mark === 1 ? "One minute left." : mark + " minutes left.";
      }
    }
    if (left === 0) {
      clearInterval(ticking);
      location.reload(); // What is saved counts; the page now says so and offers the result.
    }
  };
  const ticking = timer && Number(timer.dataset.left) > 0 ? setInterval(tick, 1000) : null;

  if (!form) return;
  const store = "ceu-quiz:" + person + ":" + quiz.dataset.quiz;
  const note = quiz.querySelector("[data-saved]");
  const touched = form.elements.touched;
  const load = () => {
    try {
      return JSON.parse(localStorage.getItem(store)) ?? {};
    } catch {
      return {};
    }
  };
  const keep = (waiting) => {
    try {
      if (Object.keys(waiting).length) localStorage.setItem(store, JSON.stringify(waiting));
      else localStorage.removeItem(store);
    } catch {
      // Without room or permission to store, answers are still sent, only not kept through a lost connection.
    }
  };
  const controls = (question) => [...question.querySelectorAll("input, select")];
  const isTicked = (control) => control.type === "radio" || control.type === "checkbox";
  const touch = (number) => {
    touched.value = [...new Set([...touched.value.split(",").filter(Boolean), number])].join(",");
  };
  // A comma alone: a script watches, and nothing has been changed on this page.
  touched.value = touched.value || ",";

  const read = (question) =>
    controls(question)
      .filter((control) => !isTicked(control) || control.checked)
      .map((control) => [control.name, control.value]);

  // Answers that never arrived stand again on the page where their question is.
  for (const [number, { fields }] of Object.entries(load())) {
    const question = quiz.querySelector('[data-question="' + CSS.escape(number) + '"]');
    if (!question) continue;
    for (const control of controls(question)) {
      const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
      if (isTicked(control)) control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
    }
    touch(number);
  }

  let sending = false;
  const send = async () => {
    const waiting = load();
    const [number] = Object.keys(waiting);
    if (sending || number === undefined) return;
    sending = true;
    const { at, fields } = waiting[number];
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("touched", number);
    body.append("age", String(Math.max(0, Date.now() - at)));
    let next = 0;
    try {
      const answer = await fetch(quiz.dataset.save, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { open, left, refused } = await answer.json();
      if (!open) {
        keep({});
        location.reload();
        return;
      }
      if (left !== null) end = Date.now() + left * 1000;
      const now = load();
      if (now[number]?.at === at) delete now[number];
      keep(now);
      note.textContent = refused[number] ?? "Saved.";
    } catch {
      note.textContent = "Not saved yet: there is no connection. Your answers are kept in this browser and sent as soon as it is back.";
      next = RETRY;
    }
    sending = false;
    setTimeout(send, next);
  };

  let holding = null;
  const changed = (event) => {
    const question = event.target.closest("[data-question]");
    if (!question) return;
    const number = question.dataset.question;
    touch(number);
    keep({ ...load(), [number]: { at: Date.now(), fields: read(question) } });
    clearTimeout(holding);
    holding = setTimeout(send, HOLD);
  };
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      note.textContent = "You are offline. Your answers are kept in this browser; send them when the connection is back.";
      return;
    }
    // The form itself carries what was changed here.
    const waiting = load();
    for (const question of quiz.querySelectorAll("[data-question]")) delete waiting[question.dataset.question];
    keep(waiting);
  });
  window.addEventListener("online", send);
  send();
})();
