// How much of a file is uploaded, and a button to stop. Without this script the browser sends the form as any other.
// What is refused comes back into the form with the file still chosen, which a browser by itself would forget.
(() => {
  const form = document.querySelector("form[data-largest]");
  if (!form) return;
  const MB = 1024 * 1024, one = (name) => form.querySelector(`[data-upload=${name}]`), file = () => form.querySelector("[type=file]");
  let sending = null;

  function show(words, share) {
    one("words").textContent = words;
    if (share === undefined) one("bar").removeAttribute("value"); else one("bar").value = share;
    one("box").hidden = false;
  }

  function announce(words) {
    if (one("said").textContent !== words) one("said").textContent = words;
  }

  function stopped(words, tone = "bad") {
    sending = null;
    one("box").hidden = true;
    one("said").textContent = "";
    form.querySelector("[data-upload=send]").removeAttribute("aria-disabled");
    if (!words) return;
    one("fault").className = `note ${tone}`;
    one("fault").textContent = words;
    one("fault").hidden = false;
    one("fault").focus();
  }

  function moved({ loaded, total }) {
    const name = file().files[0].name, of = (total / MB).toFixed(1);
    if (loaded >= total) {
      show(`${name} is uploaded, and is being looked at.`);
      announce("Uploaded, and being looked at.");
      if (document.activeElement === one("stop")) one("box").focus();
      one("stop").hidden = true; // what is there whole may be added already
      return;
    }
    show(`Uploading ${name}: ${(loaded / MB).toFixed(1)} of ${of} MB`, loaded / total);
    announce(`Uploading: ${Math.floor(4 * loaded / total) * 25} percent of ${of} MB`); // four times in all
  }

  // The page that refuses has the form as it was sent, with what is wrong: it takes the place of this one's.
  function refused(page) {
    const fresh = page.querySelector("form[data-largest]"), chosen = file(), place = fresh.querySelector("[type=file]");
    [...place.attributes].forEach(({ name, value }) => chosen.setAttribute(name, value));
    place.replaceWith(chosen);
    form.replaceChildren(...fresh.childNodes);
    const voids = document.getElementById("voids"), now = page.getElementById("voids");
    if (voids && now) voids.replaceChildren(...now.childNodes);
    document.title = page.title;
    (form.querySelector("[role=alert][autofocus]") ?? document.querySelector("#voids [tabindex]") ?? chosen).focus();
  }

  function answered() {
    const there = sending.getResponseHeader("Location"), page = new DOMParser().parseFromString(sending.responseText, "text/html");
    if (there) {
      sending = null;
      location.assign(there);
    } else if (sending.status === 401) {
      document.dispatchEvent(new Event("signed-out"));
      stopped("You are signed out, and nothing was added. Sign in, then add the file again: it is still chosen.");
    } else if (page.querySelector("form[data-largest]")) {
      stopped();
      refused(page);
    } else stopped("The file could not be added now. Nothing is lost, and it is still chosen: try again.");
  }

  form.addEventListener("submit", (event) => {
    const chosen = file().files[0];
    if (sending) return event.preventDefault();
    if (!chosen) return; // the server says what is missing
    event.preventDefault();
    one("fault").hidden = true;
    form.querySelectorAll(".invalid-feedback, [role=alert][autofocus]").forEach((note) => note.remove()); // of another file
    form.querySelectorAll(".is-invalid").forEach((field) => { field.classList.remove("is-invalid"); field.removeAttribute("aria-invalid"); });
    if (chosen.size > Number(form.dataset.largest)) {
      return stopped(`“${chosen.name}” is ${(chosen.size / MB).toFixed(1)} MB, and up to ${form.dataset.largest / MB} MB are taken. Make it smaller, or put it into several.`);
    }
    one("send").setAttribute("aria-disabled", "true");
    sending = new XMLHttpRequest();
    sending.upload.addEventListener("progress", moved);
    sending.addEventListener("load", answered);
    sending.addEventListener("error", () => stopped("There is no connection, and nothing was added. The file is still chosen: try again."));
    sending.addEventListener("abort", () => stopped("Stopped. Where all of it had come in by then, the list of files shows it.", "info"));
    sending.open("POST", form.action || location.href);
    sending.setRequestHeader("HX-Request", "true");
    sending.send(new FormData(form));
    show(`Uploading ${chosen.name}`, 0);
    one("stop").hidden = false;
    one("stop").focus();
  });

  form.addEventListener("click", ({ target }) => { if (target.closest("[data-upload=stop]")) sending?.abort(); });
  addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });
})();
