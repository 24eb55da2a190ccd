// What a page says to those who do not see it. Without this script all of it can still be read and reached.
(() => {
  // A status that is there from the start is not read out; what asks for an act has the focus instead.
  const said = document.getElementById("announced");
  const notes = [...document.querySelectorAll(".notes [role=status]")].map((note) => note.innerText.trim());
  if (said && notes.length) setTimeout(() => { said.textContent = notes.join(" "); }, 500);

  // A table that scrolls sideways is a stop of the Tab key, named by its caption; one that does not, is none.
  const watch = new ResizeObserver((seen) => seen.forEach(({ target: box }) => {
    const scrolls = box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === "auto";
    if (!scrolls) return ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${box.querySelector("caption")?.innerText ?? "Table"}, scrolls sideways`);
  }));
  const find = (within) => within.querySelectorAll?.(".scroll").forEach((box) => watch.observe(box));
  find(document);
  new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach(find))) // what a script swaps in
    .observe(document.body, { childList: true, subtree: true });
})();
