// Adds rows of a plan in the page of their list: the form of a new one is fetched into it and saved as one types, and
// once it is added the list is fetched again, with the next form. Without this script each is a page of its own.
(() => {
  const field = () => document.querySelector("#row-form :is([autofocus], [data-first])");

  async function show(url, focus) {
    try {
      const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}list`, { redirect: "manual", headers: { "HX-Request": "true" } });
      if (!answer.headers.has("X-Saved")) throw new Error("a page, and no list");
      htmx.swap(document.body, await answer.text(), { swapStyle: "none" });
    } catch { location.assign(url); return; }
    (field() ?? document.querySelector(focus || "#list a"))?.focus();
    document.getElementById("announced").textContent = document.getElementById("added").textContent;
  }

  // Once nothing of the form is unsaved; where there is no form, at once.
  function afterSaving(form, then) {
    if (form?.hasAttribute("data-saves")) form.dispatchEvent(new CustomEvent("save-first", { bubbles: true, detail: then }));
    else then();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-swaps]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    afterSaving(document.getElementById("row-form"), () => show(link.href, link.dataset.swaps));
  });

  function goOn(form, then) {
    const unread = form.querySelector("[aria-invalid]"); // it is stored as it was typed, and marked
    if (unread) { unread.focus(); return; }
    const [, kind, id] = /\/edit\/([a-z]+)\/(\d+)\/$/.exec(new URL(form.action).pathname) ?? [];
    if (id) { show(`${then}${then.includes("?") ? "&" : "?"}added=${kind}-${id}`, `#${kind}-${id}`); return; }
    form.querySelector(".savebar [role=status]").textContent = "Nothing to add yet: write something first";
    field().focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, then = event.submitter?.dataset.then;
    if (!then || !form.hasAttribute("data-saves")) return; // what it voids, its page has to say
    event.preventDefault();
    afterSaving(form, () => goOn(form, then));
  }, { capture: true });
})();
