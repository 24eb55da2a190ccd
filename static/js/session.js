// Warns five minutes before a session ends; a key or a click keeps it. Once it is over one signs in again over the page,
// and the page goes on: nothing typed is touched. Without this script the server ends the session all the same, and
// gives back what is sent late.
(() => {
  const box = document.getElementById("session-ends");
  if (!box) return;
  const AHEAD = 5 * 60 * 1000, EACH = 5000;
  const words = box.querySelector("b"), [stays, signsIn] = box.querySelectorAll("button");
  const dialog = document.getElementById("sign-in-here");
  let left = [document.body];
  let ends = Date.now() + Number(box.dataset.seconds) * 1000;
  let isLast = false, isOver = false, isAnothers = false, hasActed = false, isBusy = false;

  function show(sentence) {
    if (words.textContent !== sentence) words.textContent = sentence;
    stays.hidden = isLast || isOver;
    signsIn.hidden = !isOver || isAnothers;
    box.hidden = false;
  }

  function warn() {
    const at = new Date(ends).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit", timeZone: "America/New_York" }) + " ET";
    if (isLast) show(`Save what you have typed: this session ends at ${at} and cannot be longer. Then sign in again.`);
    else show(`You will be signed out at ${at}. Press any key to stay signed in.`);
  }

  async function ask() {
    const answer = await fetch(box.dataset.time, { redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      isOver = true;
      show("You are signed out. What you typed is still on this page.");
      return;
    }
    if (!answer.ok) return; // away for a moment: asked again
    const told = await answer.json(), wasOver = isOver;
    isAnothers = String(told.user) !== box.dataset.user;
    if (isAnothers) {
      isOver = true;
      show("Somebody else has signed in in this browser. Copy what you typed; it cannot be saved from here.");
      return;
    }
    ends = Date.now() + told.seconds * 1000;
    isLast = told.is_last;
    isOver = false;
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = told.token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": told.token }));
    box.dataset.token = told.token;
    if (wasOver) document.dispatchEvent(new Event("signed-in")); // what is unsaved is sent again
  }

  async function stay() {
    await fetch(box.dataset.time, { method: "POST", redirect: "manual", headers: { "X-CSRFToken": box.dataset.token } });
    await ask();
  }

  async function look() {
    if (isBusy || (isOver && document.hidden)) return;
    if (!isOver && ends - Date.now() > AHEAD) { box.hidden = true; return; }
    isBusy = true;
    try {
      if (hasActed && !isLast && !isOver) { hasActed = false; await stay(); } else await ask();
      if (!isOver) { if (ends - Date.now() > AHEAD) box.hidden = true; else warn(); }
    } catch { /* no connection: tried again */ } finally { isBusy = false; }
  }

  function act() {
    hasActed = true;
    if (!box.hidden && !isOver) look();
  }

  // Signing in over the page -----------------------------------------------------------------------

  function put(text) {
    const page = new DOMParser().parseFromString(text, "text/html"), form = page.querySelector("main form");
    form.querySelectorAll("[id]").forEach((one) => { one.id = `here_${one.id}`; });
    form.querySelectorAll("label").forEach((label) => { label.htmlFor = `here_${label.htmlFor}`; });
    form.querySelectorAll("[aria-describedby]").forEach((field) => {
      field.setAttribute("aria-describedby", field.getAttribute("aria-describedby").replace(/\S+/g, "here_$&"));
    });
    dialog.querySelector("div").replaceChildren(document.adoptNode(form));
    form.addEventListener("submit", signIn);
    form.querySelector("input:not([type=hidden])").focus();
  }

  async function open() {
    const answer = await fetch(dialog.dataset.page, { cache: "no-store" });
    if (answer.redirected) return ask(); // signed in elsewhere meanwhile
    if (!dialog.open) {
      left = [document.activeElement, document.activeElement.selectionStart, document.activeElement.selectionEnd];
      dialog.showModal();
    }
    put(await answer.text());
  }

  // The browser gives the focus back, but not the caret: what is typed would go nowhere.
  function comeBack() {
    const [field, from, to] = left;
    field.blur();
    field.focus();
    if (from !== null && from !== undefined) field.setSelectionRange(from, to);
  }

  async function signIn(event) {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (answer.type !== "opaqueredirect") { put(await answer.text()); return; }
    dialog.querySelector("div").replaceChildren();
    dialog.close();
    box.hidden = true;
    comeBack();
    await ask();
  }

  document.addEventListener("keydown", act, { passive: true });
  document.addEventListener("input", act, { passive: true });
  document.addEventListener("pointerdown", act, { passive: true });
  document.addEventListener("visibilitychange", look);
  document.addEventListener("signed-out", () => ask().then(() => { if (isOver && !isAnothers) return open(); }).catch(() => {}));
  stays.addEventListener("click", act);
  signsIn.addEventListener("click", () => open().catch(() => {})); // no connection: pressed again
  setInterval(look, EACH);
})();
