// Adds rows of a plan in the page of their list: the form of a new one is fetched into it and saved as one types, and
// once it is added the list is fetched again, with the next form. Without this script links and buttons lead there.
(() => {
  const field = () => document.querySelector("#row-form :is([autofocus], [data-first])");

  let isBusy = false; // of two clicks one is meant

  const status = () => document.querySelector("#row-form .savebar [role=status]");

  async function show(url, focus) {
    if (isBusy) return;
    isBusy = true;
    try {
      const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}list`, { redirect: "manual", headers: { "HX-Request": "true" } });
      if (!answer.headers.has("X-Saved")) { location.assign(url); return; } // a page: signed out, or closed meanwhile
      htmx.swap(document.body, await answer.text(), { swapStyle: "none" });
    } catch {
      if (status()) status().textContent = "Saved, but the list did not come. Try again";
      else location.assign(url);
      return;
    } finally { isBusy = false; }
    (field() ?? document.querySelector(focus || "#list a"))?.focus();
    document.getElementById("announced").textContent = document.getElementById("added").textContent;
  }

  // Once nothing of the form is unsaved.
  const afterSaving = (form, then) => form.dispatchEvent(new CustomEvent("save-first", { bubbles: true, detail: then }));

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swaps]"), form = document.getElementById("row-form");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (form && !form.hasAttribute("data-saves")) return; // a page of its own, which asks before words are lost
    event.preventDefault();
    const then = () => show(link.href, link.dataset.swaps);
    if (form) afterSaving(form, then);
    else then();
  });

  function goOn(form, then) {
    const unread = form.querySelector("[aria-invalid]"); // it is stored as it was typed, and marked
    if (unread) { unread.focus(); return; }
    const [, kind, id] = /\/edit\/([a-z]+)\/(\d+)\/$/.exec(new URL(form.action).pathname) ?? [];
    if (id) { show(`${then}${then.includes("?") ? "&" : "?"}added=${kind}-${id}`, `#${kind}-${id}`); return; }
    status().textContent = "Nothing to add yet: write something first";
    field().focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, then = event.submitter?.dataset.then;
    if (!then || !form.hasAttribute("data-saves")) return; // what it voids, its page has to say
    event.preventDefault();
    afterSaving(form, () => goOn(form, then));
  }, { capture: true });
})();
