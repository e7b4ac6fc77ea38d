// A practice as a SCORM 1.2 package: seven steps to sort. It keeps the choices, and reports a score when all are made.
(() => {
  const WHEN = { once: "Once, when telehealth begins", always: "At every session" };
  const STEPS = [
    ["consent", "Obtain informed consent that meets BPC 2290.5", "once", "subdivision (c)(1)"],
    ["address", "Ask for the client's full name and present location, and write them down", "always", "subdivision (d)(1)"],
    ["risks", "Inform the client of the risks and limitations of telehealth", "once", "subdivision (c)(2)"],
    ["fit", "Assess whether the client is appropriate for telehealth, with their psychosocial situation in mind", "always", "subdivision (d)(2)"],
    ["number", "Give the client your license or registration number and its type", "once", "subdivision (c)(3)"],
    ["security", "Use industry best practices for confidentiality and the security of the medium", "always", "subdivision (d)(3)"],
    ["resources", "Document reasonable efforts to find resources near the client, emergency services among them", "once", "subdivision (c)(4)"],
  ];

  const find = (win) => {
    while (!win.API && win.parent && win.parent !== win) win = win.parent;
    return win.API ?? null;
  };
  const API = find(window);
  API?.LMSInitialize("");
  const began = Date.now();
  const chosen = JSON.parse(API?.LMSGetValue("cmi.suspend_data") || "{}");

  const form = document.querySelector("form");
  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
  for (const [id, text] of STEPS) {
    const group = document.createElement("fieldset");
    group.id = id;
    group.append(element("legend", text));
    for (const [when, words] of Object.entries(WHEN)) {
      const label = element("label", ` ${words}`);
      const radio = Object.assign(document.createElement("input"), { type: "radio", name: id, value: when, required: true, checked: chosen[id] === when });
      label.prepend(radio);
      group.append(label);
    }
    const said = element("p", "");
    said.className = "said";
    group.append(said);
    document.querySelector("#steps").append(group);
  }

  form.addEventListener("change", ({ target }) => {
    chosen[target.name] = target.value;
    document.querySelector(`#${target.name} .said`).textContent = "";
    API?.LMSSetValue("cmi.suspend_data", JSON.stringify(chosen));
    API?.LMSCommit("");
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    let right = 0;
    for (const [id, , when, where] of STEPS) {
      const isRight = chosen[id] === when;
      right += isRight;
      document.querySelector(`#${id} .said`).textContent = `${isRight ? "Right" : "Not so"}: ${WHEN[when].toLowerCase()} (16 CCR 1815.5, ${where}).`;
    }
    const score = Math.round((right / STEPS.length) * 100);
    document.querySelector("#result").textContent = `${right} of ${STEPS.length} are right.` + (score >= 80 ? " You may leave the practice." : " Change what was not so, and look again.");
    API?.LMSSetValue("cmi.core.score.raw", String(score));
    API?.LMSSetValue("cmi.core.score.min", "0");
    API?.LMSSetValue("cmi.core.score.max", "100");
    API?.LMSSetValue("cmi.core.lesson_status", score >= 80 ? "passed" : "failed");
    API?.LMSCommit("");
  });

  window.addEventListener("pagehide", () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    API?.LMSSetValue("cmi.core.session_time", `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`);
    API?.LMSFinish("");
  });
})();
