// The budget as a grid: keys as in a spreadsheet, sums while one types, lines added, copied, moved, split and removed
// on the page. saving.js saves what is typed; without this script each line's buttons and Save do all the work.
(() => {
  const STAND_IN = "00000000-0000-0000-0000-000000000000"; // in the line that others are made from
  const CHOSEN = new Set(["funding_source", "line_kind"]); // they stand there from the start
  const undone = new Set(); // lines whose removal was sent
  let baseline = new Map(), sentAs = null, acknowledged = null, tabbedFrom = "";

  const grid = () => document.getElementById("grid");
  const field = (name) => document.querySelector(`#grid > input[type=text][name=${name}]`); // buttons share its name
  const all = () => [...document.querySelectorAll("#grid-lines > [data-line]")];
  const lines = () => all().filter((line) => !line.hidden);
  const more = (line) => document.getElementById(`line-${line.dataset.line}-more`);
  const cell = (line, name) => document.getElementById(`id_line-${line.dataset.line}-${name}`);
  const cells = (line) => [...line.querySelectorAll("[data-cell]")];
  const fields = (line) => [...cells(line), ...more(line).querySelectorAll("[data-cell]")];
  const lineOf = (element) => {
    const row = element.closest("[data-line], [data-more]");
    return row && (row.dataset.line ? row : document.querySelector(`[data-line="${row.dataset.more}"]`));
  };
  const isStored = (line) => document.getElementById(`line-${line.dataset.line}-version`).value !== "0";
  const valueOf = (one) => one.type === "checkbox" ? (one.checked ? "on" : "") : one.value;
  const isMeant = (line) => isStored(line) || fields(line).some((one) => !CHOSEN.has(one.dataset.cell) && valueOf(one).trim());
  const words = (said) => said.split(" ").filter(Boolean);
  const announce = (said) => { document.getElementById("announced").textContent = said; };
  const tell = (one) => one.dispatchEvent(new Event("input", { bubbles: true })); // saving.js saves after it

  function isChanged(one) {
    if (one.type === "checkbox") return one.checked !== one.defaultChecked;
    if (one.tagName !== "SELECT") return one.value !== one.defaultValue;
    return one.selectedIndex !== Math.max(0, [...one.options].findLastIndex((each) => each.defaultSelected));
  }

  // Numbers ----------------------------------------------------------------------------------------

  // Hundredths of what was typed; none where it can be read in two ways, which the server asks about.
  function hundredths(text) {
    const found = /^\$?(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.trim());
    return found ? Number(found[1].replaceAll(",", "")) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
  }

  const dollars = (text) => { const read = hundredths(text); return read === null || read % 100 ? null : read / 100; };
  const money = (amount) => `${amount < 0 ? "−" : ""}$${Math.abs(amount).toLocaleString("en-US")}`;

  function productOf(line) {
    const [quantity, unit] = ["quantity", "unit_cost"].map((name) => hundredths(cell(line, name).value));
    const product = quantity === null || unit === null ? null : quantity * unit / 10000;
    return Number.isInteger(product) ? product : null;
  }

  // An amount that nobody typed follows quantity × unit cost; one that somebody typed is theirs.
  function multiply(line) {
    const amount = cell(line, "amount"), product = productOf(line), before = line.dataset.product;
    if (product !== null && (!amount.value.trim() || (before && dollars(amount.value) === Number(before)))) {
      amount.value = product.toLocaleString("en-US");
    }
    rememberProduct(line);
  }

  function rememberProduct(line) {
    const product = productOf(line);
    if (product !== null && dollars(cell(line, "amount").value) === product) line.dataset.product = product;
    else delete line.dataset.product;
  }

  // Sums -------------------------------------------------------------------------------------------

  const sumCell = (by, key, source) =>
    document.querySelector(`#grid-sums [data-sum="${by}"][data-key="${CSS.escape(key)}"][data-source="${source}"]`);

  function addsTo(line) {
    if (line.hidden) return null;
    const [source, strategy, area, code] = ["funding_source", "strategy", "focus_area", "object_code"].map((name) => cell(line, name).value);
    const group = sumCell("object_code", code, source)?.closest("tr").dataset.group ?? "";
    return { amount: dollars(cell(line, "amount").value) ?? 0, source, keys: { total: "", strategy, focus_area: area, object_code: code, group } };
  }

  const standing = () => new Map(all().map((line) => [line.dataset.line, addsTo(line)]));

  function addUp() {
    if (!document.getElementById("grid-sums")) return;
    const apart = new Map();
    const add = (one, sign) => {
      for (const [by, key] of Object.entries(one?.keys ?? {})) {
        const place = sumCell(by, key, one.source);
        if (place) apart.set(place, (apart.get(place) ?? 0) + sign * one.amount);
      }
    };
    baseline.forEach((one) => add(one, -1));
    standing().forEach((one) => add(one, 1));
    for (const place of document.querySelectorAll("#grid-sums [data-sum]")) {
      const amount = Number(place.dataset.dollars) + (apart.get(place) ?? 0);
      place.textContent = money(amount);
      if (amount) place.closest("tr").hidden = false;
      if (place.dataset.sum === "total") sayLeft(place.closest("tr"), amount);
    }
  }

  function sayLeft(row, budgeted) {
    const { available, purse } = row.dataset, left = Number(available) - budgeted;
    if (available) row.querySelector("[data-left]").textContent = money(left);
    const bar = document.getElementById("grid-left");
    if (purse !== "allocation") return;
    bar.classList.toggle("over", available !== "" && left < 0);
    if (!available) bar.textContent = `${money(budgeted)} budgeted; the allocation is not loaded yet`;
    else if (left < 0) bar.textContent = `Too much: ${money(budgeted)} of ${money(Number(available))}`;
    else bar.textContent = `${money(left)} of ${money(Number(available))} left`;
  }

  // The order of lines -----------------------------------------------------------------------------

  function setOrder() {
    field("order").value = lines().filter(isMeant).map((line) => line.dataset.line).join(" ");
    let number = Number(document.getElementById("grid-lines").dataset.start);
    for (const line of lines()) {
      const name = isMeant(line) ? `Line ${number++}` : "New line";
      line.querySelector("[data-number]").textContent = name === "New line" ? "new" : name.slice(5);
      for (const one of fields(line)) one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/^(Line \d+|New line)/, name));
      line.querySelector("[data-act=more] span").textContent = ` of ${name}`;
    }
  }

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function addLine(after) {
    const made = document.createElement("template"), lineage = uuid();
    made.innerHTML = document.getElementById("grid-blank").dataset.row.replaceAll(STAND_IN, lineage);
    const line = made.content.querySelector("[data-line]"), conflict = document.createElement("div");
    conflict.id = `line-${lineage}-conflict`;
    document.getElementById("grid-conflicts").append(conflict);
    if (after) more(after).after(...made.content.children);
    else document.getElementById("grid-lines").append(made.content);
    settle(line);
    return line;
  }

  function copyLine(line) {
    const copy = addLine(line);
    for (const one of fields(line)) {
      const other = cell(copy, one.dataset.cell);
      if (one.type === "checkbox") other.checked = one.checked;
      else other.value = one.value;
    }
    rememberProduct(copy);
    return copy;
  }

  function splitLine(line) {
    const copy = copyLine(line), name = line.dataset.product ? "quantity" : "amount";
    cell(copy, "amount").value = "";
    if (name === "quantity") cell(copy, "quantity").value = "";
    copy.dataset.splits = line.dataset.line;
    setOrder();
    go(cell(copy, name));
    announce(`Type what goes to the new line. ${name === "quantity" ? "The quantity" : "The amount"} that is left stays with the line above.`);
  }

  function share(copy) { // what was typed is taken off the line that it was split from, once
    const from = document.querySelector(`[data-line="${copy.dataset.splits}"]`), name = from?.dataset.product ? "quantity" : "amount";
    const [had, goes] = [from, copy].map((line) => line && hundredths(cell(line, name).value));
    if (from && had !== null && goes !== null && goes > 0 && goes <= had) {
      cell(from, name).value = ((had - goes) / 100).toLocaleString("en-US");
      delete copy.dataset.splits;
      multiply(from);
    }
  }

  function move(line, step) {
    const there = lines(), other = there[there.indexOf(line) + step], active = document.activeElement;
    if (!other || !isMeant(other) || !isMeant(line)) return announce("The line is at the end of this page.");
    if (step < 0) other.before(line, more(line));
    else more(other).after(line, more(line));
    setOrder();
    active.focus();
    tell(field("order"));
    announce(`Moved: it is line ${line.querySelector("[data-number]").textContent} now.`);
  }

  function remove(line) {
    const reason = document.getElementById(`id_line-${line.dataset.line}-reason`);
    if (reason && !reason.value.trim()) {
      reason.setCustomValidity("Say why this line of last year’s plan is retired.");
      reason.reportValidity();
      reason.addEventListener("input", () => reason.setCustomValidity(""), { once: true });
      return;
    }
    const name = `Line ${line.querySelector("[data-number]").textContent}, “${cell(line, "description").value || "not described"}”,`;
    const gone = document.createElement("tr");
    gone.dataset.gone = line.dataset.line;
    const place = gone.insertCell();
    place.colSpan = 11;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-secondary btn-sm", textContent: "Bring it back" });
    button.dataset.act = "undo";
    place.append(`${name} is removed. `, button);
    line.before(gone);
    line.hidden = more(line).hidden = true;
    if (isStored(line)) field("remove").value = [...words(field("remove").value), line.dataset.line].join(" ");
    field("back").value = words(field("back").value).filter((one) => one !== line.dataset.line).join(" ");
    changed(field("remove"));
    button.focus();
  }

  function undo(lineage) {
    const line = document.querySelector(`[data-line="${lineage}"]`);
    document.querySelector(`[data-gone="${lineage}"]`)?.remove();
    line.hidden = false;
    field("remove").value = words(field("remove").value).filter((one) => one !== lineage).join(" ");
    if (undone.has(lineage)) field("back").value = [...words(field("back").value), lineage].join(" ");
    changed(field("back"));
    go(cells(line)[0]);
  }

  function changed(one) {
    setOrder();
    addUp();
    tell(one);
  }

  // Keys -------------------------------------------------------------------------------------------

  function go(one) {
    if (!one) return false;
    one.focus();
    one.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (one.select) one.select();
    return true;
  }

  const beside = (one, step) => { const row = cells(lineOf(one)); return row[row.indexOf(one) + step]; };

  function under(one, step, name = one.dataset.cell) {
    const there = lines(), line = lineOf(one), next = there[there.indexOf(line) + step];
    if (next) return cell(next, name);
    return step > 0 && isMeant(line) ? cell(addLine(line), name) : null;
  }

  function isAtEdge(one, atEnd) {
    if (one.tagName === "SELECT") return true;
    const { selectionStart: from, selectionEnd: to, value } = one;
    return (from === 0 && to === value.length) || (from === to && from === (atEnd ? value.length : 0));
  }

  function pressed(event) {
    const one = event.target, key = event.key;
    if (event.isComposing || !one.matches?.("#grid-lines [data-line] [data-cell]")) return;
    const isChoice = one.tagName === "SELECT", isLong = one.tagName === "TEXTAREA";
    if (key === "Tab" && !event.shiftKey) tabbedFrom ||= one.dataset.cell;
    else if (key !== "Enter" && key !== "Shift") { if (key.startsWith("Arrow") || key === "Tab") tabbedFrom = ""; }
    if (event.altKey && (key === "ArrowUp" || key === "ArrowDown") && !isChoice) {
      event.preventDefault();
      return move(lineOf(one), key === "ArrowUp" ? -1 : 1);
    }
    if (key === "Enter" && event.altKey && isLong) {
      event.preventDefault();
      document.execCommand("insertText", false, "\n"); // the one way that the browser can undo
    } else if (key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      go(event.shiftKey ? under(one, -1) : under(one, 1, tabbedFrom || one.dataset.cell));
      tabbedFrom = "";
    } else if (!event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) arrows(event, one, key, isChoice, isLong);
  }

  function arrows(event, one, key, isChoice, isLong) {
    const next = {
      ArrowLeft: () => isAtEdge(one, false) && beside(one, -1),
      ArrowRight: () => isAtEdge(one, true) && beside(one, 1),
      ArrowUp: () => !isChoice && (!isLong || isAtEdge(one, false)) && under(one, -1),
      ArrowDown: () => !isChoice && (!isLong || isAtEdge(one, true)) && lines().at(-1) !== lineOf(one) && under(one, 1),
    }[key]?.();
    if (next) go(next);
    if (next || (isChoice && (key === "ArrowLeft" || key === "ArrowRight"))) event.preventDefault();
  }

  // What people do ---------------------------------------------------------------------------------

  const ACTS = {
    more: (line, button) => {
      const row = more(line), opens = row.hidden;
      row.hidden = !opens;
      row.querySelector("details").open = opens;
      button.setAttribute("aria-expanded", String(opens));
      if (opens) row.querySelector("button").focus();
    },
    up: (line) => move(line, -1),
    down: (line) => move(line, 1),
    copy: (line) => { const copy = copyLine(line); changed(field("order")); go(cells(copy)[0]); },
    split: splitLine,
    remove,
  };

  function clicked(event) {
    const button = event.target.closest?.("#grid [data-act]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.act === "add") go(cells(addLine(lines().at(-1)))[0]);
    else if (button.dataset.act === "undo") undo(button.closest("tr").dataset.gone);
    else ACTS[button.dataset.act](lineOf(button), button);
  }

  function typed(event) {
    const one = event.target, line = one.matches?.("#grid-lines [data-cell]") && lineOf(one);
    if (!line) return;
    if (one.dataset.cell === "quantity" || one.dataset.cell === "unit_cost") multiply(line);
    if (one.dataset.cell === "amount") rememberProduct(line);
    if (event.type === "change" && line.dataset.splits) share(line);
    setOrder();
    addUp();
  }

  // Only lines that were changed are sent; a page that is shown again sends them all.
  function filter(event) {
    if (event.target.id !== "grid") return;
    sentAs = { removed: words(field("remove").value), back: words(field("back").value), sums: standing() };
    if (event.target.hasAttribute("data-unsaved")) return;
    for (const line of all()) {
      const start = `line-${line.dataset.line}-`, kept = new Set([`${start}was`, `${start}version`, `${start}reason`]);
      const isSent = isMeant(line) && (fields(line).some(isChanged) || (!isStored(line) && !line.hidden));
      const goes = line.hidden && isStored(line);
      for (const name of [...event.formData.keys()]) {
        if (name.startsWith(start) && !(isSent && !line.hidden) && !(goes && kept.has(name))) event.formData.delete(name);
      }
    }
  }

  function saved(event) {
    if (event.target.id !== "grid") return;
    for (const [name, sent] of [["remove", sentAs.removed], ["back", sentAs.back]]) {
      field(name).value = words(field(name).value).filter((one) => !sent.includes(one)).join(" ");
      field(name).defaultValue = "";
    }
    sentAs.removed.forEach((one) => undone.add(one));
    sentAs.back.forEach((one) => undone.delete(one));
    acknowledged = sentAs.sums;
    const answer = new DOMParser().parseFromString(event.detail, "text/html");
    for (const kept of answer.querySelectorAll("[data-kept]")) {
      undone.delete(kept.dataset.kept);
      document.querySelector(`[data-gone="${kept.dataset.kept}"]`)?.remove();
      document.querySelector(`[data-line="${kept.dataset.kept}"]`).hidden = false;
    }
    setOrder();
  }

  function settle(line) {
    for (const button of [line, more(line)].flatMap((row) => [...row.querySelectorAll("[data-act][hidden]")])) button.hidden = false;
    more(line).hidden = !more(line).querySelector("details").open;
    rememberProduct(line);
  }

  // What is moved, removed and brought back is sent in fields that saving.js knows the former value of.
  function prepareFields() {
    const order = grid().querySelector("input[name=order]");
    order.hidden = true;
    order.type = "text";
    for (const name of ["remove", "back"]) {
      order.after(Object.assign(document.createElement("input"), { type: "text", name, hidden: true, autocomplete: "off" }));
    }
  }

  function ready() {
    if (!grid()) return;
    prepareFields();
    grid().classList.add("live");
    all().forEach(settle);
    document.querySelectorAll("#grid [data-with-script], #grid [data-act][hidden]").forEach((one) => { one.hidden = false; });
    document.querySelectorAll("#grid [data-without-script]").forEach((one) => { one.hidden = true; });
    baseline = standing();
    new MutationObserver(() => { // the server's own sums have come
      baseline = acknowledged ?? baseline;
      addUp();
    }).observe(document.getElementById("grid-sums").parentElement, { childList: true });
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
  document.addEventListener("input", typed, { passive: true });
  document.addEventListener("change", typed, { passive: true });
  document.addEventListener("formdata", filter);
  document.addEventListener("saved", saved);
  document.addEventListener("grid-shown", ready);
  ready();
})();
