// Sets the chosen colours before the first paint. Loaded in the head, without defer, so that nothing flashes.
// A choice kept with the account counts once on each device; what is chosen on the device afterwards counts from then on.
(() => {
  const root = document.documentElement;
  try {
    const own = root.dataset.accountTheme;
    if (own !== undefined && own !== localStorage.getItem("muniment-account-theme")) {
      localStorage.setItem("muniment-account-theme", own);
      if (own === "auto") localStorage.removeItem("muniment-theme");
      else if (own) localStorage.setItem("muniment-theme", own);
    }
    const theme = localStorage.getItem("muniment-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  } catch { /* storage is switched off: the account or the system decides */ }
  root.classList.add("js");
})();
