// Says who else is in this plan: a role and a place. Asks while the page is looked at; nothing waits for the answer, and
// nothing is locked. Without this script two people write as they always did, and a save tells what both have changed.
(() => {
  const EACH = 20_000;
  const place = document.getElementById("present");
  if (!place) return;
  const tab = sessionStorage.getItem("tab") ?? `${Math.random()}`.slice(2);
  sessionStorage.setItem("tab", tab); // the same from page to page, and another in each tab

  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${place.dataset.asks}?tab=${tab}`, { redirect: "manual", cache: "no-store" });
      const words = answer.status === 200 ? await answer.text() : "";
      if (place.textContent !== words) place.textContent = words; // what stays the same is not read out again
    } catch {
      place.textContent = ""; // no network: nobody knows
    }
  }

  ask();
  setInterval(ask, EACH);
  document.addEventListener("visibilitychange", ask);
})();
