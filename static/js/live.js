// Brings parts of a page up to date while it is open: each part says after how many seconds (data-live) and has an id. Without
// script the page is loaded again, by itself or by hand.
(() => {
  const later = (part) => setTimeout(() => refresh(part), Number(part.dataset.live) * 1000);
  const refresh = async (part) => {
    let next = part;
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (answer.redirected) return location.reload(); // signed out: the page says so
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (fresh && fresh.innerHTML !== part.innerHTML) {
        next = document.importNode(fresh, true);
        part.replaceWith(next);
      }
    } catch {
      next.dataset.live = "5"; // no connection: try again soon
    }
    later(next);
  };
  document.querySelectorAll("[data-live]").forEach(later);
})();
