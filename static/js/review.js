// The keys of the screen of a review. They do nothing inside a field, and can be switched off for one's account.
(() => {
  const keys = document.getElementById("keys"), list = document.getElementById("keys-list"), button = document.getElementById("keys-switch");
  if (!keys) return;

  const kept = document.getElementById("keys-kept");
  const areOff = () => keys.dataset.off === "yes";

  function show() {
    keys.hidden = false;
    button.textContent = areOff() ? "Switch keys on" : "Switch keys off";
    for (const hint of keys.querySelectorAll(".hints > span:not([role])")) hint.hidden = areOff();
  }

  async function keep(off) {
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
    const answer = await fetch(keys.dataset.switch, { method: "POST", redirect: "manual", headers, body: new URLSearchParams({ off }) });
    if (answer.status !== 204) throw new Error(answer.status);
  }

  button.addEventListener("click", async () => {
    keys.dataset.off = areOff() ? "" : "yes"; // on this page at once, whatever comes of keeping it
    kept.textContent = "";
    show();
    try {
      await keep(keys.dataset.off);
    } catch {
      kept.textContent = "On this page alone: it could not be kept for your account.";
    }
  });

  const isWriting = (field) => field.matches("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]");
  const criteria = () => [...document.querySelectorAll("[data-criterion]")];
  const isRated = (criterion) => Boolean(criterion.querySelector("input[data-key]:checked"));

  // The one in focus, else the first that is not rated.
  const current = () => document.activeElement.closest("[data-criterion]") ?? criteria().find((one) => !isRated(one)) ?? criteria()[0];

  function rate(key) {
    const box = current()?.querySelector(`input[data-key="${key}"]`);
    if (!box) return false;
    box.focus();
    box.click(); // its change is saved as any other
    return true;
  }

  function next() {
    const all = criteria(), here = all.indexOf(document.activeElement.closest("[data-criterion]"));
    const found = [...all.slice(here + 1), ...all.slice(0, here + 1)].find((one) => !isRated(one));
    found?.querySelector("input[type=radio]")?.focus();
    return Boolean(found);
  }

  function go(url) {
    if (!url) return false;
    const form = document.getElementById("ratings");
    const leave = () => location.assign(url);
    if (form?.hasAttribute("data-saves")) form.dispatchEvent(new CustomEvent("save-first", { bubbles: true, detail: leave }));
    else leave();
    return true;
  }

  function comment() {
    const field = document.getElementById("comment-text");
    field?.focus();
    return Boolean(field);
  }

  const DEEDS = {
    "[": () => go(keys.dataset.earlier),
    "]": () => go(keys.dataset.later),
    n: next,
    c: comment,
    1: () => rate(1),
    2: () => rate(2),
    3: () => rate(3),
    "?": () => { list.showModal(); return true; },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || areOff()) return;
    if (list.open || document.querySelector("dialog[open]") || isWriting(event.target)) return;
    if (DEEDS[event.key]?.()) event.preventDefault();
  });
  show();
})();
