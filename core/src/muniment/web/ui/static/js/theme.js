// Sets the chosen colours before the first paint. Loaded in the head, without defer, so that nothing flashes.
(() => {
  try {
    const theme = localStorage.getItem("muniment-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch { /* storage is switched off: the system decides */ }
  document.documentElement.classList.add("js");
})();
