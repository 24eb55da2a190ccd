// Rows pasted into the grid or chosen as a file are shown on the page before anything is written, and stored without
// leaving it. Without this script the same happens on pages of their own.
(() => {
  const grid = () => document.getElementById("grid");
  const preview = () => document.getElementById("preview");
  if (!grid()) return;

  const isWaiting = () => Boolean(document.getElementById("preview-form"));

  // Rows that wait for a word are unsaved, as typed ones are: nobody leaves them unasked.
  function fill(...nodes) {
    preview().replaceChildren(...nodes);
    preview().toggleAttribute("data-unsaved", isWaiting());
    document.dispatchEvent(new Event("unsaved-changed"));
  }

  function show(html) {
    fill(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    (preview().querySelector("h2, [role=alert]") ?? preview()).focus();
  }

  function say(words) {
    const note = document.createElement("p");
    note.className = "note warn";
    note.setAttribute("role", "alert");
    note.tabIndex = -1;
    note.textContent = words;
    preview().prepend(note);
  }

  async function send(body) {
    try {
      const answer = await fetch(grid().dataset.bringIn, { method: "POST", body, redirect: "manual", headers: { "HX-Request": "true" } });
      if (answer.headers.has("X-Saved")) return answer;
      if (answer.status === 401 || answer.type === "opaqueredirect") document.dispatchEvent(new Event("signed-out"));
      say("This could not be looked at now. Nothing is lost: try again.");
    } catch {
      say("There is no connection. Nothing is lost: try again.");
    }
    return null;
  }

  async function look(body) {
    body.set("csrfmiddlewaretoken", grid().elements.namedItem("csrfmiddlewaretoken").value);
    const answer = await send(body);
    if (answer) show(await answer.text());
  }

  function pasted(event) {
    const cell = event.target.closest?.("#grid-lines [data-line] [data-cell]"), text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return; // one cell is pasted as words are
    if (cell.tagName === "TEXTAREA" && !text.includes("\t")) return; // lines of one text
    event.preventDefault();
    const body = new FormData();
    body.set("text", text);
    body.set("column", cell.dataset.cell);
    look(body);
  }

  // What is typed and not stored yet is stored first: the page is filled anew.
  async function isSaved() {
    const until = performance.now() + 15_000, place = document.querySelector("#grid-saved");
    while (/Not saved|Saving|sign in/.test(place.textContent) && performance.now() < until) await new Promise((then) => setTimeout(then, 200));
    return !/Not saved|Saving|sign in/.test(document.querySelector("#grid-saved").textContent);
  }

  async function bringIn(form) {
    if (!await isSaved()) return say("What you typed in the grid is not saved yet. Bring the rows in once it is.");
    const answer = await send(new FormData(form));
    const there = answer?.headers.get("Location");
    if (!there) { if (answer) show(await answer.text()); return; }
    fill();
    const page = new DOMParser().parseFromString(await (await fetch(there)).text(), "text/html");
    for (const id of ["grid", "grid-sums", "findings-rail"]) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
    const said = page.querySelector(".notes");
    if (said) preview().append(document.adoptNode(said));
    history.replaceState(history.state, "", there);
    document.dispatchEvent(new Event("grid-shown"));
    document.getElementById("announced").textContent = preview().innerText.trim();
    document.getElementById("lines").focus();
  }

  document.addEventListener("paste", pasted);
  document.addEventListener("submit", (event) => {
    if (event.target.id === "preview-form") { event.preventDefault(); event.stopImmediatePropagation(); bringIn(event.target); }
    if (event.target.id === "grid" && isWaiting()) { // its Save would load the page anew
      event.preventDefault();
      event.stopImmediatePropagation();
      say("These rows are not brought in yet. Bring them in, or discard them, first; what you type in the grid is saved meanwhile.");
      preview().querySelector("[role=alert]").focus();
    }
    if (event.target.id === "bring-in") { event.preventDefault(); event.stopImmediatePropagation(); look(new FormData(event.target)); event.target.reset(); }
  }, { capture: true });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#preview [data-discard]")) { event.preventDefault(); fill(); document.getElementById("lines").focus(); }
    if (event.target.closest?.("#grid header a[data-opens]")) { event.preventDefault(); const form = document.getElementById("bring-in"); form.hidden = false; form.querySelector("input[type=file]").focus(); }
  });
})();
