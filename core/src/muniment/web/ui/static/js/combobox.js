// <m-combobox>: suggestions for the text input inside it (ARIA 1.2 combobox with a list), or a filter for a <select>.
//
//   data-source       address with {q}; answers JSON. data-initial: address asked while nothing is typed.
//   data-items        path of the list in the answer (hits.hits); data-value, data-title, data-description: paths in
//                     an item, several separated by commas, the first that is there; with + between them all are shown.
//                     Texts may be {language: text}. data-text: path of what the input holds when that is not the title.
//   data-min          so many characters are typed before anything is asked.
//   data-free         what is no suggestion may stay; data-multiple: several values, each a chip that can be removed.
//   data-name         of the inputs that hold free values; data-id-name: of those that hold the ids of suggestions.
//   data-text-*       what is said: count, none, failed, choose, remove, added, removed; {n} and {title} are filled in.
//
// An <input type="hidden" data-id> beside the text input holds the id of the chosen suggestion. Events: `combobox:choose`
// with the suggestion as `detail`, `combobox:clear`; and `change` on the input whose value is sent.
(() => {
  const DELAY = 150;
  const MOST = 50;
  let made = 0;

  const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const element = (name, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // A text, or the one of a {language: text} that the page's reader understands.
  const worded = value => {
    if (value === null || typeof value !== "object") return value === undefined || value === null ? "" : String(value);
    const language = document.documentElement.lang || "en";
    return String(value[language] ?? value[language.split("-")[0]] ?? value.en ?? Object.values(value)[0] ?? "");
  };
  const at = (item, path) => path.split(".").reduce((found, key) => found?.[key], item);
  const first = (item, paths) => paths.split(",").map(path => worded(at(item, path.trim()))).find(Boolean) ?? "";
  const together = (item, paths) => paths.split("+").map(one => first(item, one)).filter(Boolean).join(" · ");

  customElements.define("m-combobox", class extends HTMLElement {
    #shown = [];
    #active = -1;
    #asked = "";
    #timer = 0;
    #request = null;
    #answers = new Map();

    connectedCallback() {
      if (this.input) return;
      this.select = this.querySelector("select");
      this.input = this.select ? this.#standFor(this.select) : this.querySelector("input:not([type=hidden], [type=checkbox])");
      if (!this.input) return;
      this.chosen = this.querySelector("input[type=hidden][data-id]");
      this.free = "free" in this.dataset;
      this.multiple = "multiple" in this.dataset || Boolean(this.select?.multiple);
      this.input.id ||= `combobox-${++made}`;
      this.#build();
      this.#listen();
      if (this.multiple) this.#chips();
    }

    disconnectedCallback() {
      clearTimeout(this.#timer);
      this.#request?.abort();
    }

    get isOpen() {
      return !this.list.hidden;
    }

    // Building ------------------------------------------------------------------------------------------------

    // The select stays what is sent; the input takes its place under its label.
    #standFor(select) {
      const input = element("input", { type: "text", autocomplete: "off" });
      input.id = select.id;
      select.id = `${select.id}-value`;
      for (const name of ["aria-describedby", "aria-invalid", "placeholder"]) {
        if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
      }
      if (select.required) input.setAttribute("aria-required", "true");
      select.required = false;
      if (!select.multiple && select.value) input.value = select.selectedOptions[0].text.trim();
      select.hidden = true;
      select.before(input);
      return input;
    }

    #build() {
      const { input } = this;
      const label = input.labels?.[0];
      if (label) label.id ||= `${input.id}-label`;
      this.list = element("ul", { id: `${input.id}-list`, className: "combobox-list", hidden: true });
      this.list.setAttribute("role", "listbox");
      if (label) this.list.setAttribute("aria-labelledby", label.id);
      else this.list.setAttribute("aria-label", input.getAttribute("aria-label") ?? input.placeholder);
      this.status = element("span", { className: "sr" });
      this.status.setAttribute("role", "status");
      this.problem = element("p", { id: `${input.id}-choose`, className: "field-error", hidden: true });
      for (const [name, value] of Object.entries({
        role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false",
        "aria-controls": this.list.id, autocapitalize: "none",
      })) input.setAttribute(name, value);
      this.frame = element("div", { className: "combobox-frame" });
      input.before(this.frame);
      this.frame.append(input, this.list);
      this.append(this.status, this.problem);
      this.classList.add("ready");
    }

    #listen() {
      const { input } = this;
      input.addEventListener("input", () => this.#typed());
      input.addEventListener("keydown", event => this.#key(event));
      input.addEventListener("click", () => this.#suggest(0));
      input.addEventListener("paste", event => this.#paste(event));
      // The pointer must not take the focus away from the input, or the list would close under it.
      this.list.addEventListener("mousedown", event => event.preventDefault());
      this.list.addEventListener("click", event => {
        const option = event.target.closest("[role=option]");
        if (option) this.#choose(this.#shown[[...this.list.children].indexOf(option)]);
      });
      this.addEventListener("focusout", event => { if (!this.contains(event.relatedTarget)) this.#left(); });
    }

    // What the reader does --------------------------------------------------------------------------------------

    #typed() {
      if (!this.multiple) this.#hold("");
      this.#complain("");
      this.#suggest(DELAY);
    }

    #key(event) {
      if (event.isComposing) return;
      const { key } = event;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        if (!this.isOpen) this.#suggest(0);
        else if (!event.altKey) this.#move(key === "ArrowDown" ? 1 : -1);
        else this.#close();
      } else if (key === "Enter") {
        if (this.isOpen || (this.multiple && this.input.value.trim())) event.preventDefault();
        if (this.isOpen && this.#active >= 0) this.#choose(this.#shown[this.#active]);
        else if (this.input.value.trim()) this.#settle();
      } else if (key === "Escape" && this.isOpen) {
        event.preventDefault();
        event.stopPropagation();
        this.#close();
      } else if (key === "Backspace" && this.multiple && !this.input.value) {
        this.chips.lastElementChild?.querySelector("button").focus();
      }
    }

    // A pasted list becomes as many values.
    #paste(event) {
      if (!this.multiple || !this.free) return;
      const parts = event.clipboardData.getData("text").split(/[\n\r\t;]+/).map(part => part.trim()).filter(Boolean);
      if (parts.length < 2) return;
      event.preventDefault();
      for (const part of parts) this.#add({ value: part, title: part, free: true });
      this.#close();
    }

    #left() {
      this.#close();
      if (this.input.value.trim()) this.#settle();
      else this.#complain("");
    }

    // Takes a value that another part of the page brings: {value, title, free}.
    take(option) {
      if (this.multiple) this.#add(option);
    }

    get isEmpty() {
      return this.multiple ? !this.chips.childElementCount : !this.input.value.trim();
    }

    // Text was typed and none of the suggestions taken.
    #settle() {
      const text = this.input.value.trim();
      const same = this.#shown.find(option => fold(option.title) === fold(text));
      if (!this.multiple && this.#held() && !same) return;
      if (same) this.#choose(same);
      else if (this.free && this.multiple) this.#add({ value: text, title: text, free: true });
      else if (!this.free) this.#complain(this.dataset.textChoose ?? "");
      this.#close();
    }

    #complain(text) {
      this.problem.textContent = text;
      this.problem.hidden = !text;
      const others = (this.input.getAttribute("aria-describedby") ?? "").split(" ").filter(id => id && id !== this.problem.id);
      if (text) {
        others.push(this.problem.id);
        this.input.setAttribute("aria-invalid", "true");
        this.complained = true;
      } else if (this.complained) {
        this.input.removeAttribute("aria-invalid");
        this.complained = false;
      }
      if (others.length) this.input.setAttribute("aria-describedby", others.join(" "));
      else this.input.removeAttribute("aria-describedby");
    }

    // Suggestions -----------------------------------------------------------------------------------------------

    #suggest(delay) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(this.#held() && !this.multiple ? "" : this.input.value.trim()), delay);
    }

    async #ask(text) {
      this.#request?.abort();
      this.#asked = text;
      try {
        const found = this.select ? this.#fromSelect(text) : await this.#fromServer(text);
        if (found && this.#asked === text && document.activeElement === this.input) this.#show(found, text);
      } catch (error) {
        if (error.name === "AbortError") return;
        this.#close();
        this.#say(this.dataset.textFailed);
      }
    }

    #fromSelect(text) {
      const words = fold(text).split(/\s+/).filter(Boolean);
      return [...this.select.options]
        .filter(option => option.value && !(this.multiple && option.selected))
        .map(option => ({ value: option.value, title: option.text.trim(), description: option.dataset.description ?? option.closest("optgroup")?.label ?? "", option }))
        .filter(({ title, description }) => words.every(word => fold(`${title} ${description}`).includes(word)));
    }

    async #fromServer(text) {
      const source = text.length >= Number(this.dataset.min ?? 1) ? this.dataset.source : this.dataset.initial;
      if (!source) {
        this.#close();
        return null;
      }
      const address = source.replaceAll("{q}", encodeURIComponent(text));
      if (!this.#answers.has(address)) {
        this.#request = new AbortController();
        const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: this.#request.signal });
        if (!answer.ok) throw new Error(answer.statusText);
        const data = await answer.json();
        this.#answers.set(address, Array.isArray(data) ? data : at(data, this.dataset.items ?? "hits.hits") ?? []);
      }
      return this.#answers.get(address).map(item => ({
        value: first(item, this.dataset.value ?? "id"),
        title: first(item, this.dataset.title ?? "title"),
        description: together(item, this.dataset.description ?? "description"),
        text: this.dataset.text ? first(item, this.dataset.text) : undefined,
        item,
      }));
    }

    #show(options, text) {
      this.#shown = options.slice(0, MOST);
      this.#active = -1;
      this.input.removeAttribute("aria-activedescendant");
      this.list.replaceChildren(...this.#shown.map((option, index) => this.#row(option, index)));
      this.list.hidden = !this.#shown.length;
      this.input.setAttribute("aria-expanded", String(this.isOpen));
      this.list.scrollTop = 0;
      if (this.#shown.length) this.#say(this.dataset.textCount, { n: options.length });
      else if (text) this.#say(this.dataset.textNone);
    }

    #row(option, index) {
      const row = element("li", { id: `${this.list.id}-${index}` }, element("span", { className: "combobox-title", textContent: option.title }));
      if (option.description) row.append(element("span", { className: "combobox-description", textContent: option.description }));
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      return row;
    }

    #move(step) {
      const rows = this.list.children;
      rows[this.#active]?.setAttribute("aria-selected", "false");
      // One place in the round is the input itself, with what was typed.
      this.#active = ((this.#active + 1 + step + rows.length + 1) % (rows.length + 1)) - 1;
      const row = rows[this.#active];
      if (!row) return this.input.removeAttribute("aria-activedescendant");
      row.setAttribute("aria-selected", "true");
      row.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", row.id);
    }

    #close() {
      clearTimeout(this.#timer); // or what was typed just before would open the list again
      this.#request?.abort();
      this.#asked = null;
      this.list.hidden = true;
      this.#active = -1;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }

    // Values ----------------------------------------------------------------------------------------------------

    #held() {
      return this.select ? this.select.value : this.chosen?.value ?? "";
    }

    #hold(value) {
      const target = this.select ?? this.chosen;
      if (!target || target.value === value) return;
      target.value = value;
      if (!value) this.dispatchEvent(new CustomEvent("combobox:clear", { bubbles: true }));
      target.dispatchEvent(new Event("change", { bubbles: true }));
    }

    #choose(option) {
      if (!option) return;
      this.#complain("");
      if (this.multiple) this.#add(option);
      else {
        this.input.value = option.text || option.title;
        this.#hold(option.value);
        this.input.dispatchEvent(new Event("change", { bubbles: true }));
      }
      this.#close();
      this.dispatchEvent(new CustomEvent("combobox:choose", { bubbles: true, detail: option.item ?? option }));
    }

    // Chips: the boxes that stand for chosen values without this script become chips with a button.
    #chips() {
      this.chips = this.querySelector(".combobox-chosen") ?? element("ul", { className: "combobox-chosen chips" });
      if (!this.chips.parentNode) this.frame.before(this.chips);
      for (const row of [...this.chips.children]) {
        const box = row.querySelector("input");
        if (box.checked) row.replaceWith(this.#chip(row.textContent.trim(), { name: box.name, value: box.value }));
        else row.remove();
      }
      if (!this.select) return;
      for (const option of this.select.selectedOptions) this.chips.append(this.#chip(option.text.trim(), { option }));
    }

    #chip(title, { name, value, option }) {
      const button = element("button", { type: "button", className: "chip-remove", textContent: "×" });
      button.setAttribute("aria-label", (this.dataset.textRemove ?? "{title}").replace("{title}", title));
      const chip = element("li", { className: "chip" }, element("span", { textContent: title }));
      if (name) chip.append(element("input", { type: "hidden", name, value }));
      chip.append(button);
      button.addEventListener("click", () => this.#remove(chip, title, option));
      return chip;
    }

    #add(option) {
      const isFree = option.free || !option.value || (this.free && this.dataset.value === this.dataset.title);
      const value = option.value || option.title;
      const name = isFree ? this.dataset.name : this.dataset.idName ?? this.dataset.name;
      this.input.value = "";
      const present = [...this.chips.querySelectorAll("input")].some(input => input.name === name && input.value === value);
      if (present) return;
      if (option.option) option.option.selected = true;
      this.chips.append(this.#chip(option.title, option.option ? { option: option.option } : { name, value }));
      this.#say(this.dataset.textAdded, { title: option.title });
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    #remove(chip, title, option) {
      const next = chip.nextElementSibling ?? chip.previousElementSibling;
      chip.remove();
      if (option) option.selected = false;
      (next?.querySelector("button") ?? this.input).focus();
      this.#say(this.dataset.textRemoved, { title });
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    #say(text, values = {}) {
      this.status.textContent = Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text ?? "");
    }
  });
})();
