// What concerns the whole page: one shortcut, menus that close, and the focus after a form came back.
document.addEventListener("keydown", event => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const box = document.querySelector('[data-shortcut="/"]');
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

document.addEventListener("click", event => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.querySelector("[data-focus]")?.focus();

// Facets are open on wide pages and folded on narrow ones.
const narrow = matchMedia("(max-width: 60rem)");
for (const panel of document.querySelectorAll("details[data-open-wide]")) {
  const follow = () => { panel.open = !narrow.matches; };
  narrow.addEventListener("change", follow);
  follow();
}
