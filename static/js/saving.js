// Saves what is typed, where the form asks for it (data-saves), says so, and lets nobody leave words that are not
// saved without being asked. Without this script the Save buttons do all the work.
(() => {
  const PAUSE = 1000, SLOW = 500, PATIENCE = 30_000, QUIET = 10_000; // milliseconds
  const AGAIN_AFTER = [2, 4, 8, 15, 30, 60]; // seconds: the last of them again and again
  const NO_WORDS = new Set(["hidden", "password", "submit", "button", "image", "reset"]);
  const sent = new Set(), said = new Map(), saving = new Map();
  const forms = () => [...document.querySelectorAll("form[method=post]")];
  const fields = (form) => [...form.elements].filter((field) => field.name && !NO_WORDS.has(field.type));

  // What is unsaved ------------------------------------------------------------------------------

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

  const placeOf = (form) => form.querySelector(".savebar [role=status]");

  function tell(form, unsaved) {
    const place = placeOf(form);
    if (!place || saving.get(form)?.words) return;
    if (unsaved && !said.has(place)) {
      said.set(place, [...place.childNodes]);
      place.textContent = "Not saved yet";
    } else if (!unsaved && said.has(place)) {
      place.replaceChildren(...said.get(place));
      said.delete(place);
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

  // Saving as one types --------------------------------------------------------------------------

  let announcedAt = -QUIET, toAnnounce;

  function announce(words) { // at most once in ten seconds, and then the latest
    clearTimeout(toAnnounce);
    toAnnounce = setTimeout(() => {
      announcedAt = performance.now();
      document.getElementById("announced").textContent = words;
    }, Math.max(0, announcedAt + QUIET - performance.now()));
  }

  function say(form, words, { saveNow = false } = {}) {
    const state = saving.get(form), place = placeOf(form);
    state.words = words;
    if (!said.has(place)) said.set(place, [...place.childNodes]);
    place.textContent = words;
    if (!saveNow) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-secondary btn-sm", textContent: "Save now" });
    button.addEventListener("click", () => save(form));
    place.append(" ", button);
  }

  const inConflict = (form) => new Set([...form.querySelectorAll("button[name=theirs]")].flatMap((button) => button.value.split(" ")));

  function hasToSave(form) {
    const asked = inConflict(form);
    return fields(form).some((field) => isChanged(field) && !asked.has(field.name));
  }

  // How each field stands as it is sent: what is typed on meanwhile is unsaved again.
  const snapshot = (form) => fields(form).map((field) => [
    field,
    field.type === "checkbox" || field.type === "radio" ? field.checked
      : field.tagName === "SELECT" ? new Set([...field.selectedOptions]) : field.value,
  ]);

  function settle(form, was) {
    const asked = inConflict(form);
    for (const [field, value] of was) {
      if (asked.has(field.name)) continue;
      if (field.type === "checkbox" || field.type === "radio") field.defaultChecked = value;
      else if (field.tagName === "SELECT") for (const one of field.options) one.defaultSelected = value.has(one);
      else field.defaultValue = value;
    }
    delete form.dataset.unsaved;
  }

  function mark(form, answer) {
    const unread = new Map([...answer.querySelectorAll("[data-unread]")].map((one) => [one.dataset.unread, one.textContent]));
    for (const field of fields(form)) {
      const box = document.getElementById(`div_${field.id}`), error = `${field.id}_error`;
      if (!box) continue;
      document.getElementById(error)?.remove();
      field.classList.toggle("is-invalid", unread.has(field.id));
      field.removeAttribute("aria-invalid");
      const about = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== error);
      if (unread.has(field.id)) {
        field.setAttribute("aria-invalid", "true");
        const words = Object.assign(document.createElement("div"), { id: error, className: "invalid-feedback" });
        words.append(Object.assign(document.createElement("strong"), { textContent: unread.get(field.id) }));
        field.after(words);
        about.unshift(error);
      }
      if (about.length) field.setAttribute("aria-describedby", about.join(" "));
      else field.removeAttribute("aria-describedby");
    }
  }

  async function save(form) {
    const state = saving.get(form);
    clearTimeout(state.timer);
    if (state.isSending || sent.has(form)) return;
    if (!hasToSave(form)) {
      if (state.failed) { // it was undone while it waited
        state.failed = 0;
        state.words = "";
        look();
      }
      return;
    }
    state.isSending = true;
    const was = snapshot(form), body = new FormData(form);
    const slow = setTimeout(() => say(form, "Saving…"), state.failed ? 0 : SLOW);
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, redirect: "manual", headers: { "HX-Request": "true" }, signal: AbortSignal.timeout(PATIENCE),
      });
      const text = await answer.text();
      clearTimeout(slow);
      if (answer.headers.has("X-Saved")) taken(form, was, answer, text);
      else refused(form, answer);
    } catch {
      clearTimeout(slow);
      tryAgain(form);
    }
    state.isSending = false;
    look();
    if (state.failed) state.pressed = null; // pressed without a server, it would lead to a page of the browser's own
    if (state.pressed && !state.isSignedOut) { state.pressed(); return; }
    if (state.isAgain) { state.isAgain = false; save(form); }
  }

  function taken(form, was, answer, text) {
    const state = saving.get(form);
    said.delete(placeOf(form));
    state.words = "";
    state.failed = 0;
    htmx.swap(document.body, text, { swapStyle: "none" });
    const there = answer.headers.get("Location");
    if (there) { // a new row has an address of its own now
      form.action = there;
      if (!form.dataset.looks) history.replaceState(history.state, "", there); // its form is the page
    }
    const isKept = form.querySelector("input[name$=was]") && !text.includes('id="voids"');
    if (isKept) settle(form, was);
    else form.removeAttribute("data-saves"); // it was signed meanwhile: whoever saves now says so
    mark(form, new DOMParser().parseFromString(text, "text/html"));
    const place = placeOf(form);
    place.setAttribute("aria-live", "off");
    if (answer.status === 409) state.words = place.innerText;
    announce(place.innerText);
    form.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: text }));
    if (isKept && !state.isAgain) lookUp(form);
  }

  // What the rules find now, once nothing more is on its way.
  async function lookUp(form) {
    try {
      const answer = await fetch(`${form.action}${form.dataset.looks ?? ""}`, { redirect: "manual", headers: { "HX-Request": "true" } });
      const text = await answer.text();
      if (answer.headers.has("X-Saved") && form.isConnected) htmx.swap(document.body, text, { swapStyle: "none" });
    } catch { /* no connection: with the next save */ }
  }

  function refused(form, answer) {
    if (answer.status >= 500) return tryAgain(form);
    if (answer.status === 401 || answer.type === "opaqueredirect") {
      say(form, "Not saved yet: sign in to go on");
      saving.get(form).isSignedOut = true;
      document.dispatchEvent(new Event("signed-out"));
    } else {
      say(form, "Not saved. Press Save to see why.");
      form.removeAttribute("data-saves");
    }
    announce(placeOf(form).innerText);
  }

  function tryAgain(form) {
    const state = saving.get(form);
    const seconds = AGAIN_AFTER[Math.min(state.failed, AGAIN_AFTER.length - 1)];
    state.failed += 1;
    state.timer = setTimeout(() => save(form), seconds * 1000);
    say(form, `Not saved yet. Trying again in ${seconds} seconds`, { saveNow: true });
    announce("Not saved yet. It is tried again by itself.");
  }

  function stateOf(form) {
    if (!saving.has(form)) {
      saving.set(form, { timer: 0, isSending: false, isAgain: false, failed: 0, words: "" });
      placeOf(form).setAttribute("aria-live", "off"); // what is read out is said by announce()
    }
    return saving.get(form);
  }

  // What another script does once nothing of a form is unsaved, and nothing waits to be chosen.
  function afterSaving(form, then) {
    const state = stateOf(form);
    if (!form.hasAttribute("data-saves") || state.failed || state.isSignedOut) return;
    if (!state.isSending && !hasToSave(form)) {
      if (!inConflict(form).size) then();
      return;
    }
    state.pressed = () => { state.pressed = null; afterSaving(form, then); };
    save(form);
  }

  function soon(form, pause) {
    if (!form.hasAttribute("data-saves")) return;
    const state = stateOf(form);
    if (state.failed || state.isSignedOut) return; // its time is set, or it waits for its person
    if (state.isSending) { state.isAgain = true; return; }
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(form), pause);
  }

  // What people do -------------------------------------------------------------------------------

  function typed(event) {
    const form = event.target.form;
    if (form) sent.delete(form);
    const state = saving.get(form);
    if (state && !state.failed && !state.isSignedOut) state.words = "";
    look();
    if (form) soon(form, event.type === "change" ? 0 : PAUSE);
  }

  document.addEventListener("input", typed, { passive: true });
  document.addEventListener("change", typed, { passive: true });
  document.addEventListener("save-first", ({ target, detail }) => afterSaving(target, detail));
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target, state = saving.get(form), goesOn = form.elements.namedItem("goes-on");
    if (state?.isSending) { // what it was filled from is in the answer that is on its way
      event.preventDefault();
      state.pressed = () => { state.pressed = null; form.requestSubmit(event.submitter); };
      return;
    }
    if (goesOn && saving.has(form)) goesOn.value = "1"; // a first save of a new row may be on its way: it is the same row
    sent.add(form);
    look();
  });
  document.addEventListener("signed-in", () => saving.forEach((state, form) => { state.isSignedOut = false; save(form); }));
  document.addEventListener("unsaved-changed", look);
  addEventListener("pageshow", () => { sent.clear(); look(); });
  markRefused();
  look();
})();
