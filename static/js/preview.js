// Shows the preview of a lesson while it is written: sends the form as its Preview button would, and takes the preview out of the
// answer. Without this script the button does the same with a whole page.
(() => {
  const home = document.querySelector("[data-preview-of]");
  const form = home?.querySelector("form");
  if (!form) return;
  let waiting, asked = 0;
  const refresh = async () => {
    const mine = ++asked;
    const body = new FormData(form);
    body.set("action", "preview");
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(home.dataset.previewOf);
      if (fresh && mine === asked) document.querySelector(home.dataset.previewOf).replaceWith(document.adoptNode(fresh));
    } catch {
      // Without a connection the preview stays as it was; the button says what is wrong.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 600);
  });
})();
