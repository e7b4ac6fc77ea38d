// Reports what is read of a lesson: the heading that stands at the top of the window, and the seconds in which the page was seen
// and somebody scrolled, typed or pointed not long before, or a recording of the lesson was playing. A hidden or forsaken page
// reports nothing, and the server believes no more than can have passed. Without a connection the report waits for the next one.
// Time is no credit: it only opens the test of a course that asks for it.
(() => {
  const text = document.querySelector("[data-reading]");
  const token = document.querySelector("form [name=csrf_token]");
  if (!text || !navigator.sendBeacon) return;
  const beat = Number(text.dataset.beat);
  const idle = Number(text.dataset.idle);
  const headings = [...text.querySelectorAll("h2[id], h3[id]")];
  let used = Date.now();
  let seconds = 0;
  let last = Date.now();

  for (const name of ["scroll", "keydown", "pointerdown", "pointermove", "touchmove"]) {
    window.addEventListener(name, () => (used = Date.now()), { passive: true });
  }

  const isPlaying = () => [...text.querySelectorAll("video, audio")].some((recording) => !recording.paused && !recording.ended);

  // Counted in small steps, so that a sleeping computer adds nothing.
  setInterval(() => {
    const now = Date.now();
    if (isPlaying()) used = now;
    const passed = (now - last) / 1000;
    if (document.visibilityState === "visible" && now - used < idle * 1000 && passed < 5) seconds += passed;
    last = now;
  }, 1000);

  const here = () => headings.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3).pop()?.id ?? "";
  const report = () => {
    if (seconds < 1) return;
    const body = new FormData();
    if (token) body.append("csrf_token", token.value);
    body.append("seconds", String(Math.floor(seconds)));
    body.append("heading", here());
    if (navigator.onLine && navigator.sendBeacon(text.dataset.reading, body)) seconds -= Math.floor(seconds);
  };
  setInterval(report, beat * 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") report();
  });
})();
