// Warns five minutes before a session ends; a key or a click keeps it. Nothing typed is touched.
// Without this script the server ends the session all the same, and gives back what is sent late.
(() => {
  const box = document.getElementById("session-ends");
  if (!box) return;
  const AHEAD = 5 * 60 * 1000, EACH = 5000;
  const words = box.querySelector("b"), button = box.querySelector("button"), link = box.querySelector("a");
  let ends = Date.now() + Number(box.dataset.seconds) * 1000;
  let isLast = false, isOver = false, hasActed = false, isBusy = false;

  function show(sentence) {
    if (words.textContent !== sentence) words.textContent = sentence;
    button.hidden = isLast || isOver;
    link.hidden = !isOver;
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
      show("You are signed out. What you typed is still on this page: sign in in another tab, then come back and save.");
      return;
    }
    if (!answer.ok) return; // away for a moment: asked again
    const told = await answer.json();
    if (String(told.user) !== box.dataset.user) {
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

  document.addEventListener("keydown", act, { passive: true });
  document.addEventListener("input", act, { passive: true });
  document.addEventListener("pointerdown", act, { passive: true });
  document.addEventListener("visibilitychange", look);
  button.addEventListener("click", (event) => { event.preventDefault(); act(); });
  setInterval(look, EACH);
})();
