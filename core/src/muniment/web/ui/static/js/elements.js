// Small custom elements. Each works on markup that is useful without it; none imports anything.

// <m-theme>: the choice between light, dark and the system's colours.
customElements.define("m-theme", class extends HTMLElement {
  connectedCallback() {
    const template = this.querySelector("template");
    if (!template) return;
    template.replaceWith(template.content.cloneNode(true));
    const now = document.documentElement.dataset.theme ?? "auto";
    for (const input of this.querySelectorAll("input")) input.checked = input.value === now;
    this.addEventListener("change", event => this.choose(event.target.value));
  }

  choose(theme) {
    const root = document.documentElement;
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    try {
      if (theme === "auto") localStorage.removeItem("muniment-theme");
      else localStorage.setItem("muniment-theme", theme);
    } catch { /* the choice holds for this page */ }
  }
});

// <m-copy for="id" data-done="Copied">: shows its button where a clipboard exists, copies the text of the element.
customElements.define("m-copy", class extends HTMLElement {
  connectedCallback() {
    const template = this.querySelector("template");
    if (!template || !navigator.clipboard) return;
    template.replaceWith(template.content.cloneNode(true));
    this.button = this.querySelector("button");
    this.label = this.querySelector("[data-label]");
    this.button.addEventListener("click", () => this.copy());
  }

  async copy() {
    const source = document.getElementById(this.getAttribute("for"));
    const text = this.getAttribute("value") ?? source.innerText.replace(/\s+/g, " ").trim();
    await navigator.clipboard.writeText(text);
    const before = this.label.textContent;
    this.label.textContent = this.dataset.done;
    this.button.classList.add("done");
    setTimeout(() => {
      this.label.textContent = before;
      this.button.classList.remove("done");
    }, 2000);
  }
});

// <m-reveal>: a button beside a password field that shows what was typed.
customElements.define("m-reveal", class extends HTMLElement {
  connectedCallback() {
    const template = this.querySelector("template");
    const input = this.querySelector("input");
    if (!template || !input) return;
    template.replaceWith(template.content.cloneNode(true));
    const button = this.querySelector("button");
    const show = button.textContent;
    button.addEventListener("click", () => {
      const shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.textContent = shown ? button.dataset.shown : show;
      button.setAttribute("aria-pressed", String(shown));
    });
  }
});

// <m-auto>: sends the form around it when a choice changes; without it the form's own button does.
customElements.define("m-auto", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.closest("form")?.requestSubmit());
    for (const button of this.closest("form")?.querySelectorAll("[data-fallback]") ?? []) button.hidden = true;
  }
});

// <m-fold>: the details in it are open on wide pages and folded on narrow ones, until somebody opens or folds them.
customElements.define("m-fold", class extends HTMLElement {
  static chosen = new Map();

  connectedCallback() {
    const panel = this.querySelector("details");
    const narrow = matchMedia("(max-width: 60rem)");
    const { chosen } = this.constructor;
    panel.open = narrow.matches ? chosen.get(this.id) ?? false : true;
    panel.firstElementChild.addEventListener("click", () => chosen.set(this.id, !panel.open));
    this.follow = () => { panel.open = !narrow.matches; };
    this.narrow = narrow;
    narrow.addEventListener("change", this.follow);
  }

  disconnectedCallback() {
    this.narrow?.removeEventListener("change", this.follow);
  }
});
