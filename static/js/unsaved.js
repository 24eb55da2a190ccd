// Says that words are not saved yet, and lets nobody leave them without being asked. Quiet after a save.
// Without this script the Save buttons do all the work.
(() => {
  const NO_WORDS = new Set(["hidden", "password", "submit", "button", "image", "reset"]);
  const sent = new Set(), said = new Map();
  const forms = () => [...document.querySelectorAll("form[method=post]")];
  const fields = (form) => [...form.elements].filter((field) => field.name && !NO_WORDS.has(field.type));

  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    if (field.multiple) return [...field.options].some((one) => one.selected !== one.defaultSelected);
    return field.selectedIndex !== Math.max(0, [...field.options].findLastIndex((one) => one.defaultSelected));
  }

  const isUnsaved = (form) => form.hasAttribute("data-unsaved") || fields(form).some(isChanged);

  // A page that refused what was sent shows it again, and nobody has saved it.
  function markRefused() {
    const [opened] = performance.getEntriesByType("navigation");
    if (!opened || opened.responseStatus !== 409 && opened.responseStatus !== 422) return;
    for (const form of forms()) {
      if (fields(form).some((field) => field.value && field.type !== "checkbox" && field.type !== "radio")) form.dataset.unsaved = "";
    }
  }

  function ask(event) {
    event.preventDefault();
    event.returnValue = true; // browsers of 2024 and before
  }

  function tell(form, unsaved) {
    for (const place of form.querySelectorAll(".savebar [role=status]")) {
      if (unsaved && !said.has(place)) {
        said.set(place, [...place.childNodes]);
        place.textContent = "Not saved yet";
      } else if (!unsaved && said.has(place)) {
        place.replaceChildren(...said.get(place));
        said.delete(place);
      }
    }
  }

  function look() {
    let leaves = Boolean(document.querySelector("[data-unsaved]:not(form)"));
    for (const form of forms()) {
      const unsaved = isUnsaved(form);
      tell(form, unsaved);
      leaves ||= unsaved && !sent.has(form);
    }
    if (leaves) addEventListener("beforeunload", ask);
    else removeEventListener("beforeunload", ask);
  }

  function typed(event) {
    const form = event.target.form;
    if (form) sent.delete(form);
    look();
  }

  document.addEventListener("input", typed, { passive: true });
  document.addEventListener("change", typed, { passive: true });
  document.addEventListener("submit", (event) => { sent.add(event.target); look(); });
  addEventListener("pageshow", () => { sent.clear(); look(); });
  markRefused();
  look();
})();
