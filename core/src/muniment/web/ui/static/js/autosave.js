// <m-autosave for="form">: saves a form while it is filled in, keeps a copy on the device until it is saved, tells how it
// stands, and shows what the server finds beside the controls. Texts: data-text-*; {time} is filled in.
//
// Events on the form: `deposit:made` once a draft exists, with its {number, address} as detail; `deposit:saved` after each
// save with the server's answer. `await element.ready()` gives the number of the draft, which is made if need be.
(() => {
  const DELAY = 1500;
  const RETRY = 10000;
  const PATIENCE = 60000;
  const DATABASE = "muniment-drafts";

  // Copies of unsaved forms on this device, by draft. Without storage the page asks before it is left.
  const copies = {
    async open() {
      this.database ??= new Promise((resolve, reject) => {
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = () => request.result.createObjectStore("copies", { keyPath: "key" });
        request.onsuccess = () => {
          // Signing out in another window removes the copies.
          request.result.onversionchange = () => request.result.close();
          resolve(request.result);
        };
        request.onerror = () => reject(request.error);
      });
      return this.database;
    },
    async run(mode, act) {
      const database = await this.open();
      return new Promise((resolve, reject) => {
        const transaction = database.transaction("copies", mode);
        const request = act(transaction.objectStore("copies"));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = () => reject(transaction.error);
      });
    },
    read(key) { return this.run("readonly", store => store.get(key)); },
    write(copy) { return this.run("readwrite", store => store.put(copy)); },
    remove(key) { return this.run("readwrite", store => store.delete(key)); },
    all() { return this.run("readonly", store => store.getAll()); },
  };

  const fieldsOf = form => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !name.startsWith("paste."));
  const technical = new Set(["csrf_token", "revision", "base", "form_key", "attempted"]);
  // What two sets of fields say, however they are stored.
  const said = fields => JSON.stringify(fields.filter(([name, value]) => !technical.has(name) && value.trim()).map(([name, value]) => [name, value.trim().replace(/\r\n?/g, "\n")]));

  customElements.define("m-autosave", class extends HTMLElement {
    #timer = 0;
    #keeping = 0;
    #saving = null;
    #dirty = false;
    #kept = true;
    #waiting = new Map();

    connectedCallback() {
      this.form = document.getElementById(this.getAttribute("for"));
      if (!this.form || this.label) return;
      this.label = this.querySelector("[data-label]");
      this.#listen();
      this.#look();
    }

    get number() { return this.form.dataset.number ?? ""; }
    get key() { return this.number || "new"; }
    control(name) { return this.form.elements[name]; }

    #listen() {
      const { form } = this;
      for (const event of ["input", "change", "entries:changed"]) form.addEventListener(event, changed => this.#changed(changed));
      form.addEventListener("submit", event => this.#submitted(event));
      form.addEventListener("focusout", () => setTimeout(() => this.#showWaiting()));
      addEventListener("online", () => { if (this.#dirty) this.save(); });
      addEventListener("focus", () => { if (this.state === "signed-out") this.#signedInAgain(); });
      document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.#flush(); });
      addEventListener("beforeunload", event => { if (this.#dirty && !this.#kept && !this.leaving) event.preventDefault(); });
      for (const button of this.querySelectorAll("[data-retry]")) button.addEventListener("click", () => this.#again());
    }

    #changed(event) {
      if (event.target.name?.startsWith?.("paste.") || event.target.closest?.("[data-unsaved]")) return;
      this.#dirty = true;
      this.#kept = false;
      if (this.state !== "conflict" && this.state !== "signed-out" && this.state !== "offline") this.#say("unsaved");
      clearTimeout(this.#keeping);
      this.#keeping = setTimeout(() => this.#keep(), 300);
      this.#schedule(DELAY);
    }

    #schedule(delay) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.save(), delay);
    }

    // What cannot be saved at once is at least on this device.
    #flush() {
      if (!this.#dirty) return;
      this.#keep();
      if (!this.leaving) this.save();
    }

    async #keep() {
      if (!this.#dirty) return;
      const fields = fieldsOf(this.form).filter(([name]) => name !== "csrf_token");
      try {
        const time = Date.now();
        await copies.write({ key: this.key, subject: this.dataset.subject, fields, time });
        this.#kept = time;
      } catch { /* no storage: the page asks before it is left */ }
    }

    // Saving ------------------------------------------------------------------------------------------------------

    // Saves what is there now; one request at a time. Resolves to the server's answer, or null when it failed.
    async save() {
      clearTimeout(this.#timer);
      if (this.#saving) {
        await this.#saving;
        if (!this.#dirty) return this.answer;
      }
      this.#saving = this.#send();
      try {
        return await this.#saving;
      } finally {
        this.#saving = null;
      }
    }

    async ready() {
      if (!this.number) await this.save();
      if (!this.number) throw new Error("no draft");
      return this.number;
    }

    async #send() {
      this.#dirty = false;
      if (this.state !== "offline") this.#say("saving");
      let response;
      try {
        response = await fetch(`${this.form.dataset.address}/autosave`, {
          method: "POST",
          body: new URLSearchParams(fieldsOf(this.form)),
          headers: { "X-CSRFToken": this.control("csrf_token").value, Accept: "application/json" },
          signal: AbortSignal.timeout(PATIENCE),
        });
      } catch {
        return this.#failed("offline");
      }
      const answer = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json().catch(() => null) : null;
      if (response.ok && answer?.state === "saved") return this.#saved(answer);
      if (answer?.state) return this.#failed(answer.state, answer);
      return response.status === 400 ? this.#failed("signed-out") : this.#failed("offline");
    }

    #failed(state, answer = {}) {
      this.#dirty = true;
      this.#keep();
      this.#say(state, answer);
      if (state === "offline") this.#schedule(RETRY);
      else clearTimeout(this.#timer);
      if (state === "signed-out") this.#signedInAgain();
      return null;
    }

    #saved(answer) {
      this.answer = answer;
      const isNew = !this.number;
      const former = this.key;
      this.control("revision").value = answer.revision;
      this.control("base").value = answer.base;
      if (isNew) this.#made(answer);
      if (!this.#dirty) {
        copies.remove(former).catch(() => {});
        this.#say("saved", answer);
      }
      if (isNew && former !== this.key) copies.remove(former).catch(() => {});
      this.#showMissing(answer.missing);
      this.#showProblems(answer.problems);
      this.form.dispatchEvent(new CustomEvent("deposit:saved", { bubbles: true, detail: answer }));
      return answer;
    }

    #made({ number, address }) {
      const { form } = this;
      const before = form.dataset.address;
      form.dataset.number = number;
      form.dataset.address = address;
      form.setAttribute("action", address);
      const rename = root => {
        for (const button of root.querySelectorAll("[formaction]")) {
          button.setAttribute("formaction", button.getAttribute("formaction").replace(before, address));
        }
        for (const template of root.querySelectorAll("template")) rename(template.content);
      };
      rename(form);
      for (const link of document.querySelectorAll("[data-once-made]")) {
        link.setAttribute("href", link.dataset.onceMade.replace("{address}", address).replace("{number}", number));
        link.hidden = false;
      }
      history.replaceState(history.state, "", address);
      form.dispatchEvent(new CustomEvent("deposit:made", { bubbles: true, detail: { number, address } }));
    }

    // What is said about it ---------------------------------------------------------------------------------------

    #say(state, { saved, text, href } = {}) {
      if (state !== "saved" && this.state === state && state !== "refused") return;
      this.state = state;
      this.dataset.state = state;
      this.label.textContent = state === "saved" ? saved : this.dataset[`text${state.replace(/(^|-)([a-z])/g, (_all, _dash, letter) => letter.toUpperCase())}`] ?? "";
      if (state === "refused" && text) this.label.textContent = text;
      for (const more of this.querySelectorAll("[data-when]")) more.hidden = more.dataset.when !== state;
      const link = this.querySelector('[data-when="gone"]');
      if (link && href && state === "gone") link.href = href;
    }

    #showMissing(html) {
      const found = new DOMParser().parseFromString(html, "text/html").getElementById("missing");
      const present = document.getElementById("missing");
      if (found && present && found.textContent !== present.textContent) present.replaceWith(document.adoptNode(found));
      const count = document.querySelector("#missing .count")?.textContent ?? "";
      document.querySelector("[data-missing-count]").textContent = count;
      document.querySelector("[data-missing-link]").hidden = !count;
    }

    #showProblems(problems) {
      const texts = new Map();
      for (const [control, text] of problems) texts.set(control, [...(texts.get(control) ?? []), text]);
      for (const shown of this.form.querySelectorAll(".field-error[id^='f-'][id$='-error']")) {
        const control = shown.id.slice(2, -6);
        if (!texts.has(control)) this.#mark(control, "");
      }
      this.#waiting.clear();
      for (const [control, parts] of texts) {
        if (!control) continue;
        if (this.#isBusy(control)) this.#waiting.set(control, parts.join(" "));
        else this.#mark(control, parts.join(" "));
      }
      if (!problems.length) document.querySelector("#error-summary")?.remove();
    }

    // Nobody is told about what they are still writing: it waits until the focus has left the entry or field.
    #isBusy(control) {
      const element = document.getElementById(`f-${control}`);
      const around = element?.closest("[data-entry]") ?? element?.closest(".field");
      return Boolean(around?.contains(document.activeElement)) && !around.querySelector(".field-error");
    }

    #showWaiting() {
      for (const [control, text] of this.#waiting) {
        if (this.#isBusy(control)) continue;
        this.#waiting.delete(control);
        this.#mark(control, text);
      }
    }

    #mark(control, text) {
      const element = document.getElementById(`f-${control}`);
      const field = element?.closest(".field");
      if (!field) return;
      const id = `f-${control}-error`;
      let shown = document.getElementById(id);
      const described = (element.getAttribute("aria-describedby") ?? "").split(" ").filter(part => part && part !== id);
      if (text) {
        if (!shown?.querySelector("span")) {
          shown?.remove();
          shown = document.getElementById("field-error").content.firstElementChild.cloneNode(true);
          shown.id = id;
          if (element.localName === "fieldset") (element.querySelector(":scope > .hint") ?? element.querySelector(":scope > legend")).after(shown);
          else field.append(shown);
        }
        shown.querySelector("span").textContent = text;
        described.push(id);
        if (element.localName !== "fieldset") element.setAttribute("aria-invalid", "true");
      } else {
        shown?.remove();
        element.removeAttribute("aria-invalid");
      }
      field.classList.toggle("has-error", Boolean(text));
      if (described.length) element.setAttribute("aria-describedby", described.join(" "));
      else element.removeAttribute("aria-describedby");
    }

    // Buttons -----------------------------------------------------------------------------------------------------

    async #submitted(event) {
      const button = event.submitter;
      const [deed] = (button?.name === "do" ? button.value : "save").split(":");
      if (button?.dataset.partial) {
        event.preventDefault();
        return this.#partial(button);
      }
      if (deed === "save" || deed === "preview" || deed === "publish") {
        event.preventDefault();
        return this.#pressed(deed, button);
      }
      this.leaving = true;
      return undefined;
    }

    async #pressed(deed, button) {
      if (this.busy) return;
      this.busy = true;
      button?.setAttribute("aria-disabled", "true");
      const answer = await this.save();
      this.busy = false;
      button?.removeAttribute("aria-disabled");
      if (!answer) return;
      if (deed === "preview") this.#leave(`/records/${answer.number}?preview=1`);
      if (deed !== "publish") return;
      const dialog = document.getElementById("publish-dialog");
      if (answer.ready && dialog) {
        dialog.querySelector("form").setAttribute("action", `${answer.address}/publish`);
        dialog.querySelector("[name=revision]").value = answer.revision;
        const title = dialog.querySelector("[data-title]");
        if (title) title.textContent = this.control("metadata.title")?.value ?? "";
        dialog.showModal();
      } else this.#leave(`${answer.address}?check=1`);
    }

    #leave(address) {
      this.leaving = true;
      location.assign(address);
    }

    // A button whose work the server does: the part of the page that it names comes back changed.
    async #partial(button) {
      if (this.busy) return;
      this.busy = true;
      clearTimeout(this.#timer);
      await this.#saving;
      const body = new URLSearchParams([...new FormData(this.form, button)].filter(([, value]) => typeof value === "string"));
      try {
        const response = await fetch(this.form.dataset.address, { method: "POST", body, headers: { "X-CSRFToken": this.control("csrf_token").value }, signal: AbortSignal.timeout(PATIENCE) });
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const form = page.getElementById(this.form.id);
        const part = page.getElementById(button.dataset.partial);
        if (!form || !part) throw new Error(String(response.status));
        this.#replace(form, part);
      } catch {
        this.#failed("offline");
      } finally {
        this.busy = false;
      }
    }

    #replace(form, part) {
      document.getElementById(part.id).replaceWith(document.adoptNode(part));
      this.control("revision").value = form.querySelector("[name=revision]").value;
      this.control("base").value = form.querySelector("[name=base]").value;
      if (!this.number && form.dataset.number) this.#made({ number: form.dataset.number, address: form.dataset.address });
      this.#showMissing(form.querySelector("#missing").outerHTML);
      this.#dirty = false;
      this.#say("saved", { saved: form.querySelector("m-autosave [data-label]").textContent });
      focusOn(form.dataset.focusOn);
    }

    // A session that ended: sign in in another window, and go on here.
    async #signedInAgain() {
      const response = await fetch("/uploads/session", { headers: { Accept: "application/json" } }).catch(() => null);
      const session = response?.ok ? await response.json() : null;
      if (!session?.signed_in || session.subject !== this.dataset.subject) return;
      for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = session.csrf_token;
      if (this.state === "signed-out") this.save();
    }

    #again() {
      if (this.state === "signed-out") this.#signedInAgain();
      else if (this.state === "conflict") this.#review();
      else this.save();
    }

    // The page that shows both versions gets the form as it is here.
    #review() {
      this.leaving = true;
      sessionStorage.setItem(`restored:${this.key}`, String(this.#kept));
      const form = document.createElement("form");
      form.method = "post";
      form.action = `${this.form.dataset.address}/review`;
      this.#fill(form, fieldsOf(this.form));
      document.body.append(form);
      form.submit();
    }

    #fill(form, fields) {
      for (const [name, value] of fields) {
        const input = document.createElement("textarea");
        Object.assign(input, { name, value, hidden: true });
        form.append(input);
      }
    }

    // A copy from before a crash or a reload ------------------------------------------------------------------------

    async #look() {
      try {
        for (const copy of await copies.all()) {
          if (copy.subject !== this.dataset.subject) await copies.remove(copy.key);
        }
        const copy = await copies.read(this.key);
        if (!copy) return;
        const restored = sessionStorage.getItem(`restored:${this.key}`) === String(copy.time);
        if (restored || said(copy.fields) === said(fieldsOf(this.form))) await copies.remove(this.key);
        else this.#offer(copy);
      } catch { /* no storage */ }
    }

    #offer(copy) {
      const template = document.getElementById("restore-offer");
      const bar = template.content.firstElementChild.cloneNode(true);
      const time = new Date(copy.time);
      bar.querySelector("[data-time]").textContent = time.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
      bar.addEventListener("click", event => {
        const choice = event.target.closest("[data-choice]")?.dataset.choice;
        if (choice === "restore") this.#restore(copy);
        if (choice === "discard") {
          copies.remove(copy.key);
          bar.remove();
          document.querySelector("main").focus();
        }
      });
      document.getElementById("summary").before(bar);
    }

    #restore(copy) {
      this.leaving = true;
      sessionStorage.setItem(`restored:${this.key}`, String(copy.time));
      const form = document.createElement("form");
      form.method = "post";
      form.action = this.form.dataset.address;
      this.#fill(form, [["csrf_token", this.control("csrf_token").value], ["do", "save"], ...copy.fields]);
      document.body.append(form);
      form.submit();
    }
  });

  // The focus goes where the server says, also into sections that are folded.
  const focusOn = name => {
    const element = name && (document.getElementById(`f-${name}`) ?? document.getElementById(`b-${name}`) ?? document.getElementById(`entry-${name}`));
    if (!element) return;
    for (let fold = element.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
    element.focus();
    element.scrollIntoView({ block: "center" });
  };
  focusOn(document.getElementById("deposit")?.dataset.focusOn);

  // Links to a control open what it is folded in, and put the focus into it.
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#f-']");
    if (!link) return;
    const element = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!element) return;
    event.preventDefault();
    const inner = element.localName === "fieldset" ? element.querySelector("input:not([type=hidden]), select, textarea, button") ?? element : element;
    for (let fold = element.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
    const target = inner.matches("textarea") ? inner.closest("m-richtext")?.querySelector("[role=textbox]") ?? inner : inner;
    target.focus();
    element.closest(".field")?.scrollIntoView({ block: "center" });
  });

  document.getElementById("publish-dialog")?.addEventListener("click", event => {
    if (event.target.closest("[data-close]")) event.currentTarget.close();
  });
})();
