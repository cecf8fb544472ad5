// <m-entries>: a list of form entries. Its buttons work as submit buttons without this script; with it entries are added,
// removed and moved in the page, by buttons or by dragging the handle.
//
//   data-moved, data-added, data-removed   what is said; {place} and {count} are filled in
//   [data-entries]  the list, [data-entry] an entry, [data-place] where its number stands, <template> a new one
(() => {
  let made = 0;

  // Puts a token where the template has a placeholder, in attributes of everything down to templates in templates.
  const fill = (root, placeholder, token) => {
    for (const element of root.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes(placeholder)) element.setAttribute(name, value.replaceAll(placeholder, token));
      }
      if (element.localName === "template") fill(element.content, placeholder, token);
    }
  };

  const visible = element => element.checkVisibility({ visibilityProperty: true });

  customElements.define("m-entries", class extends HTMLElement {
    connectedCallback() {
      if (this.status) return;
      this.status = this.querySelector(":scope > [role=status]");
      this.addEventListener("click", event => this.#pressed(event));
      this.addEventListener("input", event => this.#summed(event.target.closest("details.entry-fold")));
      this.addEventListener("change", event => this.#summed(event.target.closest("details.entry-fold")));
      this.addEventListener("combobox:choose", event => this.#named(event));
      this.addEventListener("pointerdown", event => this.#grab(event));
    }

    get list() {
      return this.querySelector("[data-entries]");
    }

    get entries() {
      return [...this.list.children];
    }

    // Buttons of a list inside an entry belong to that list.
    #pressed(event) {
      const button = event.target.closest("button");
      if (!button || button.closest("m-entries") !== this || event.defaultPrevented) return;
      const entry = button.closest("[data-entry]");
      const act = { add: () => this.#add(), remove: () => this.#remove(entry), up: () => this.#move(entry, -1, button), down: () => this.#move(entry, 1, button) };
      const deed = Object.keys(act).find(name => name in button.dataset);
      if (!deed) return;
      event.preventDefault();
      act[deed]();
    }

    #add() {
      const template = [...this.querySelectorAll("template")].find(found => found.closest("m-entries") === this && found.parentElement.localName === "fieldset");
      const copy = template.content.cloneNode(true);
      const depth = (this.dataset.name.match(/__/g)?.length ?? 0) / 2 + 1;
      fill(copy, `__${depth}__`, `n${Date.now().toString(36)}${++made}`);
      const entry = copy.querySelector("[data-entry]");
      this.list.append(copy);
      this.#changed(this.dataset.added);
      this.#enter(entry);
    }

    #enter(entry) {
      const first = [...entry.querySelectorAll("input:not([type=hidden], [type=radio]), textarea, select")].find(visible);
      (first ?? entry.querySelector("button"))?.focus();
    }

    #remove(entry) {
      const next = entry.nextElementSibling ?? entry.previousElementSibling;
      entry.remove();
      this.#changed(this.dataset.removed);
      const target = next?.querySelector(":scope > .entry-tools [data-remove]") ?? this.querySelector("[data-add]");
      target?.focus();
    }

    #move(entry, step, button) {
      const other = step < 0 ? entry.previousElementSibling : entry.nextElementSibling;
      if (!other) return;
      if (step < 0) other.before(entry);
      else other.after(entry);
      this.#moved(entry);
      const back = visible(button) ? button : entry.querySelector(step < 0 ? "[data-down]" : "[data-up]");
      back.focus();
    }

    #moved(entry) {
      const { entries } = this;
      this.#changed(this.dataset.moved?.replace("{place}", entries.indexOf(entry) + 1).replace("{count}", entries.length));
    }

    #changed(text) {
      this.entries.forEach((entry, place) => {
        const number = entry.querySelector("[data-place]");
        if (number) number.textContent = place + 1;
      });
      if (this.status) this.status.textContent = text ?? "";
      this.dispatchEvent(new CustomEvent("entries:changed", { bubbles: true }));
    }

    // The line above a person's fields says who it is.
    #summed(details) {
      const name = details?.querySelector(":scope > summary [data-name]");
      if (!name) return;
      const value = part => details.querySelector(`[name$=".person_or_org.${part}"]`)?.value.trim() ?? "";
      const isPerson = details.querySelector('[name$=".person_or_org.type"]:checked')?.value !== "organizational";
      const said = isPerson ? [value("family_name"), value("given_name")].filter(Boolean).join(", ") : value("name");
      name.textContent = said || name.dataset.nobody;
    }

    // Somebody was chosen from the suggestions of names: the other fields say what is known. What was typed there stays,
    // unless it came from another suggestion.
    #named(event) {
      const { detail: known } = event;
      const entry = event.target.closest("[data-entry]");
      if (entry?.closest("m-entries") !== this || !known?.identifiers || !event.target.dataset.name.includes(".person_or_org.")) return;
      const filled = entry.filled ??= new Map();
      const fill = (name, value) => {
        const input = entry.querySelector(`[name$="${name}"]`);
        if (!input || (input.value.trim() && input.value !== filled.get(name))) return;
        filled.set(name, value);
        input.value = value;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      };
      if (known.type === "personal") fill(".person_or_org.given_name", known.given_name ?? "");
      fill(".person_or_org.identifiers.0.identifier", known.identifiers[0]?.identifier ?? "");
      const places = entry.querySelector('m-combobox[data-name$=".affiliations.word"], m-combobox[data-name$=".affiliations.name"]');
      if (places?.isEmpty) for (const { id = "", name } of known.affiliations) places.take({ value: id || name, title: name, free: !id });
      const details = entry.querySelector("details.entry-fold");
      this.#summed(details);
    }

    // Dragging: the entry follows the pointer from place to place; Escape puts it back.
    #grab(event) {
      const handle = event.target.closest("[data-handle]");
      if (!handle || handle.closest("m-entries") !== this || event.button) return;
      event.preventDefault();
      const entry = handle.closest("[data-entry]");
      const before = entry.nextElementSibling;
      const follow = moved => {
        const { clientY: y } = moved;
        if (y < 60) scrollBy(0, -12);
        if (y > innerHeight - 60) scrollBy(0, 12);
        for (const other of this.entries) {
          if (other === entry) continue;
          const { top, height } = other.getBoundingClientRect();
          const isBefore = Boolean(other.compareDocumentPosition(entry) & Node.DOCUMENT_POSITION_PRECEDING);
          if (isBefore && y > top + height / 2 && y < top + height + 8) other.after(entry);
          else if (!isBefore && y < top + height / 2 && y > top - 8) other.before(entry);
        }
      };
      const drop = back => {
        entry.classList.remove("dragged");
        document.removeEventListener("pointermove", follow);
        document.removeEventListener("pointerup", done);
        document.removeEventListener("pointercancel", cancel);
        document.removeEventListener("keydown", escape);
        if (back) this.list.insertBefore(entry, before);
        else if (entry.nextElementSibling !== before) this.#moved(entry);
      };
      const done = () => drop(false);
      const cancel = () => drop(true);
      const escape = pressed => { if (pressed.key === "Escape") drop(true); };
      entry.classList.add("dragged");
      document.addEventListener("pointermove", follow);
      document.addEventListener("pointerup", done);
      document.addEventListener("pointercancel", cancel);
      document.addEventListener("keydown", escape);
    }
  });
})();
