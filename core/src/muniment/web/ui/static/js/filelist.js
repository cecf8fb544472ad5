// <m-files>: the stored files of a draft. Order by buttons or by dragging, and the file that is shown first, are controls
// of the form around it; renaming, deleting and importing happen at once. `refresh(address)` fetches the list anew.
(() => {
  customElements.define("m-files", class extends HTMLElement {
    connectedCallback() {
      if (this.ready) return;
      this.ready = true;
      for (const template of this.querySelectorAll("template")) template.replaceWith(template.content.cloneNode(true));
      for (const grip of this.querySelectorAll("[data-grip]")) grip.draggable = true;
      this.addEventListener("click", event => this.#click(event));
      this.addEventListener("keydown", event => {
        if (event.key !== "Enter" || !event.target.name?.startsWith("rename.")) return;
        event.preventDefault();
        event.target.closest("details").querySelector("[data-rename]").click();
      });
      // What is typed as a name is no change of the draft.
      for (const kind of ["input", "change"]) {
        this.addEventListener(kind, event => { if (event.target.name?.startsWith("rename.")) event.stopPropagation(); });
      }
      this.addEventListener("dragstart", event => this.#grab(event));
      this.addEventListener("dragover", event => this.#over(event));
      this.addEventListener("dragend", () => this.#drop());
      this.addEventListener("drop", event => { if (this.held) event.preventDefault(); });
    }

    get order() {
      return [...this.querySelectorAll("[data-key]")].map(row => row.dataset.key);
    }

    // The list as the server has it now; choices that the form has not saved yet stay. Whether it could be had.
    async refresh(address) {
      const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
      if (!answer?.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = document.adoptNode(page.querySelector("m-files"));
      const first = this.querySelector('[name="files.default_preview"]:checked')?.value;
      const ordered = this.querySelector('input[type=hidden][name="files.order"]') ? this.order : null;
      const open = new Map([...this.querySelectorAll("[data-folder] > details")].map(fold => [this.#path(fold.parentNode), fold.open]));
      this.replaceWith(fresh);
      const choice = [...fresh.querySelectorAll('[name="files.default_preview"]')].find(input => input.value === first);
      if (choice) choice.checked = true;
      if (ordered) fresh.arrange(ordered);
      for (const fold of fresh.querySelectorAll("[data-folder] > details")) fold.open = open.get(fresh.#path(fold.parentNode)) ?? fold.open;
      return true;
    }

    #path(folder) {
      const names = [];
      for (let node = folder; node && node !== this; node = node.parentNode.closest?.("[data-folder]")) names.unshift(node.dataset.folder);
      return names.join("/");
    }

    // Put rows into an order of keys; others stay behind them.
    arrange(keys) {
      const place = new Map(keys.map((key, index) => [key, index]));
      for (const list of this.querySelectorAll("ul.files")) {
        const rows = [...list.children].filter(row => row.dataset.key !== undefined);
        rows.sort((one, other) => (place.get(one.dataset.key) ?? keys.length) - (place.get(other.dataset.key) ?? keys.length));
        list.prepend(...rows);
      }
      this.#own(true);
    }

    // Every row carries its key in the order that is sent, or none does.
    #own(quietly = false) {
      for (const input of this.querySelectorAll('input[type=hidden][name="files.order"]')) input.remove();
      let last = null;
      for (const row of this.querySelectorAll("[data-key]")) {
        last = Object.assign(document.createElement("input"), { type: "hidden", name: "files.order", value: row.dataset.key });
        row.append(last);
      }
      if (!quietly) last?.dispatchEvent(new Event("change", { bubbles: true }));
    }

    #click(event) {
      const button = event.target.closest("button");
      if (!button) return;
      const { move, delete: key, import: imports, sort, rename } = button.dataset;
      if ([move, key, imports, sort, rename].every(deed => deed === undefined)) return;
      event.preventDefault();
      if (move !== undefined) this.#move(button, Number(move));
      else if (key !== undefined) this.#act(button, "delete", key);
      else if (rename !== undefined) this.#rename(button, rename);
      else if (imports !== undefined) this.#act(button, "import");
      else this.#sort(button);
    }

    #move(button, step) {
      const row = button.closest("[data-key]");
      const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (other?.dataset.key === undefined) return;
      if (step < 0) other.before(row);
      else other.after(row);
      button.focus();
      this.#own();
      this.#told(row);
    }

    #told(row) {
      const rows = [...row.parentNode.children].filter(one => one.dataset.key !== undefined);
      this.#say(this.dataset.textMoved, { name: row.dataset.key, place: rows.indexOf(row) + 1, count: rows.length });
    }

    // Back to the order of names: an empty value says that there is no order of one's own.
    #sort(button) {
      for (const input of this.querySelectorAll('input[type=hidden][name="files.order"]')) input.remove();
      const none = Object.assign(document.createElement("input"), { type: "hidden", name: "files.order", value: "" });
      this.append(none);
      for (const list of this.querySelectorAll("ul.files")) {
        const rows = [...list.children].filter(row => row.dataset.key !== undefined);
        rows.sort((one, other) => one.dataset.key.toLowerCase() < other.dataset.key.toLowerCase() ? -1 : 1);
        list.prepend(...rows);
      }
      none.dispatchEvent(new Event("change", { bubbles: true }));
      button.hidden = true;
    }

    // The name of a file is a matter of its own: neither it nor Enter in its field touches the form around it.
    async #rename(button, key) {
      const owner = this.closest("m-upload");
      const row = button.closest("[data-key]");
      const name = button.closest("details").querySelector("input").value;
      button.disabled = true;
      const answer = await fetch(`/uploads/${owner.number}/files/rename`, {
        method: "POST",
        headers: { "X-CSRFToken": this.dataset.csrf, "Content-Type": "application/json" },
        body: JSON.stringify({ key, name }),
      }).catch(() => null);
      const said = await answer?.json().catch(() => null);
      button.disabled = false;
      if (!answer?.ok) {
        this.#fail(said?.problem);
        return;
      }
      row.dataset.key = said.key;
      for (const input of row.querySelectorAll('[name="files.default_preview"], input[type=hidden][name="files.order"]')) {
        input.value = said.key;
        if (input.checked || input.type === "hidden") input.dispatchEvent(new Event("change", { bubbles: true }));
      }
      await owner.refresh();
      owner.querySelector(`[data-key="${CSS.escape(said.key)}"] a`)?.focus();
      owner.say(this.dataset.textRenamed.replace("{name}", key).replace("{other}", said.key));
    }

    #fail(text) {
      const problem = this.querySelector("[data-problem]");
      problem.textContent = text || this.dataset.textFailed;
      problem.hidden = false;
    }

    // Deeds that the server does at once.
    async #act(button, deed, key = "") {
      const owner = this.closest("m-upload");
      const base = `/api/records/${owner.number}/draft`;
      const path = key.split("/").map(encodeURIComponent).join("/");
      const address = deed === "delete" ? `${base}/files/${path}` : `${base}/actions/files-import`;
      const method = deed === "delete" ? "DELETE" : "POST";
      button.disabled = true;
      const answer = await fetch(address, { method, headers: { "X-CSRFToken": this.dataset.csrf } }).catch(() => null);
      button.disabled = false;
      if (!answer?.ok && answer?.status !== 404) {
        this.#fail();
        return;
      }
      const row = button.closest("[data-key], [data-unfinished]");
      const near = row?.nextElementSibling ?? row?.previousElementSibling;
      const next = near?.dataset.key ?? near?.dataset.unfinished;
      // What was chosen to be shown first is gone with the file.
      if (row?.querySelector('[name="files.default_preview"]:checked')) this.querySelector('[name="files.default_preview"][value=""]')?.click();
      await owner.refresh();
      const target = next === undefined ? null : owner.querySelector(`[data-key="${CSS.escape(next)}"] a, [data-unfinished="${CSS.escape(next)}"] summary`);
      (target ?? owner.querySelector("[data-pick]")).focus();
      if (deed === "delete") owner.say(this.dataset.textDeleted.replace("{name}", key));
    }

    // Dragging by the grip, within a folder -----------------------------------------------------------------------

    #grab(event) {
      const row = event.target.closest?.("[data-grip]")?.closest("[data-key]");
      if (!row) return;
      this.held = row;
      row.classList.add("held");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.key);
      event.dataTransfer.setDragImage(row, 12, 12);
    }

    #over(event) {
      const row = event.target.closest?.("[data-key]");
      if (!this.held || !row || row.parentNode !== this.held.parentNode) return;
      event.preventDefault();
      const { top, height } = row.getBoundingClientRect();
      if (event.clientY < top + height / 2) row.before(this.held);
      else row.after(this.held);
    }

    #drop() {
      if (!this.held) return;
      const row = this.held;
      row.classList.remove("held");
      this.held = null;
      this.#own();
      this.#told(row);
    }

    #say(text, values) {
      this.querySelector(":scope > [role=status]").textContent = Object.entries(values)
        .reduce((said, [name, value]) => said.replace(`{${name}}`, value), text);
    }
  });
})();
