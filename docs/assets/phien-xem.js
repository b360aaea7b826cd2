// A sender's page says when it closes; where scripts run, it also warns in time and stays open on request.
(function () {
  "use strict";

  const place = document.querySelector("[data-viewing-minutes]");
  const warning = place?.querySelector("[data-viewing-warning]");
  if (!warning) return;
  const wait = (Number(place.dataset.viewingMinutes) - 2) * 60 * 1000;
  let timer;

  function watch() {
    warning.hidden = true;
    clearTimeout(timer);
    timer = setTimeout(() => (warning.hidden = false), wait);
  }

  warning.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch("/tra-cuu/ho-so", { method: "HEAD" }).catch(() => null);
    if (answer?.ok) watch();
  });
  watch();
})();
