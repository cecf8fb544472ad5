// Custom elements of pages on which people work. Each works on markup that is useful without it; none imports anything.

// <m-dialog for="id">: shows the dialog in front of the page. Without a script its opener is a link or unfolds it.
customElements.define("m-dialog", class extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    if (!dialog || this.dialog) return;
    this.dialog = dialog;
    for (const template of dialog.querySelectorAll("template")) {
      if (template.closest("m-dialog") === this) template.replaceWith(template.content.cloneNode(true));
    }
    const opener = this.querySelector("[data-opens]") ?? this.unfold(dialog);
    opener.setAttribute("aria-haspopup", "dialog");
    opener.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.open();
    });
    dialog.addEventListener("click", event => {
      if (event.target.closest("[data-close]")) dialog.close();
    });
    // A form that came back with problems is shown where it was filled in.
    if (dialog.querySelector("[data-focus], [aria-invalid]") || location.hash === `#${dialog.id}`) this.open();
  }

  // The details become a button, so that its contents are not unfolded as well.
  unfold(dialog) {
    const fold = this.querySelector("details");
    const summary = fold.querySelector("summary");
    const button = document.createElement("button");
    button.type = "button";
    button.className = summary.className;
    button.append(...summary.childNodes);
    dialog.removeAttribute("open");
    fold.replaceWith(button, dialog);
    return button;
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
  }
});

// <m-toasts>: short messages for a while. They stay while the pointer or the focus is on them; bad ones until closed.
customElements.define("m-toasts", class extends HTMLElement {
  connectedCallback() {
    this.tell = event => this.add(event.detail.text, event.detail.kind ?? "ok");
    this.failed = event => this.add(event.detail.status ? this.dataset.failed : this.dataset.offline, "bad");
    document.addEventListener("muniment:tell", this.tell);
    document.addEventListener("muniment:failed", this.failed);
    this.addEventListener("click", event => {
      if (event.target.closest("[data-close]")) event.target.closest(".toast").remove();
    });
  }

  disconnectedCallback() {
    document.removeEventListener("muniment:tell", this.tell);
    document.removeEventListener("muniment:failed", this.failed);
  }

  add(text, kind) {
    const template = this.querySelector(`template[data-kind="${kind}"]`) ?? this.querySelector("template");
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.querySelector("p").textContent = text;
    this.append(toast);
    if (kind === "bad") return;
    const leave = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000);
      else toast.remove();
    };
    setTimeout(leave, 6000);
  }
});
