// <m-upload>: files and folders that are dropped or chosen go to the draft by themselves, resumable (tus.js), some at a
// time. Markup: templates [data-zone] and [data-row], texts in data-text-*, and <m-files> with what is stored.
//
// The draft is made by <m-autosave>, with what was typed so far, or here where there is none. When files came or went it
// saves again, so that what the page says of the draft is true.
(() => {
  const AT_ONCE = 3;
  const BATCH = 200;
  const WINDOW = 5_000;
  const REMEMBERED = "muniment-upload:";
  const KEPT_DAYS = 7;
  // Larger pieces, which other programs send, are not read into memory to compare them.
  const MOST_COMPARED = 1 << 28;
  // What operating systems put into folders by themselves.
  const LITTER = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*|__MACOSX\/.*)$/;

  // What this browser knows of uploads that were begun: an upload goes on only with the very same file.
  const memory = {
    of: (number, key) => `${REMEMBERED}${number}:${key}`,
    read(number, key) {
      try {
        return JSON.parse(localStorage.getItem(this.of(number, key)));
      } catch {
        return null;
      }
    },
    write(number, key, file, url) {
      try {
        const entry = { url, size: file.size, modified: file.lastModified, when: Date.now() };
        localStorage.setItem(this.of(number, key), JSON.stringify(entry));
      } catch { /* without storage an upload cannot go on after a reload */ }
    },
    forget(number, key) {
      try {
        localStorage.removeItem(this.of(number, key));
      } catch { /* nothing was kept */ }
    },
    sweep() {
      try {
        for (const name of Object.keys(localStorage).filter(name => name.startsWith(REMEMBERED))) {
          const { when } = JSON.parse(localStorage.getItem(name)) ?? {};
          if (!(Date.now() - when < KEPT_DAYS * 86_400_000)) localStorage.removeItem(name);
        }
      } catch { /* nothing was kept */ }
    },
  };

  const language = () => document.documentElement.lang || "en";
  const inUnit = (value, unit) => new Intl.NumberFormat(language(), { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
  const size = bytes => {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
    const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
    return inUnit(bytes / 1000 ** power, units[power]);
  };
  const time = seconds => {
    if (seconds < 60) return inUnit(Math.max(1, Math.round(seconds)), "second");
    return seconds < 5400 ? inUnit(Math.round(seconds / 60), "minute") : inUnit(seconds / 3600, "hour");
  };
  const filled = (text, values) => Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), text ?? "");

  // The files of a drop, folders walked through; keys keep their folders.
  const dropped = async items => {
    const found = [];
    const walk = async entry => {
      if (entry.isFile) {
        const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
        found.push({ file, key: entry.fullPath.replace(/^\//, "") });
        return;
      }
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
        if (!some.length) return;
        for (const inner of some) await walk(inner);
      }
    };
    const roots = [...items].map(item => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
    for (const root of roots) {
      if (root instanceof File) found.push({ file: root, key: root.name });
      else await walk(root);
    }
    return found;
  };

  // One file on its way, with its row in the list.
  class Transfer {
    constructor(owner, key, file) {
      Object.assign(this, { owner, key, file, state: "waiting", samples: [], sent: 0 });
      this.row = owner.rowTemplate.content.firstElementChild.cloneNode(true);
      this.row.querySelector("[data-name]").textContent = key;
      for (const part of this.row.querySelectorAll("[data-of]")) part.textContent = ` ${key}`;
      this.bar = this.row.querySelector("progress");
      this.bar.setAttribute("aria-label", this.bar.getAttribute("aria-label").replace("{name}", key));
      this.note = this.row.querySelector("[data-note]");
      this.row.addEventListener("click", event => {
        const deed = event.target.closest("[data-do]")?.dataset.do;
        if (deed) this[deed]();
      });
      this.set("waiting");
    }

    // States: waiting, running, again, offline, finishing, paused, exists, failed, refused, done.
    set(state, text = null) {
      this.state = state;
      this.row.dataset.state = state;
      const shown = {
        pause: ["waiting", "running", "again", "offline"], resume: ["paused"], retry: ["failed"], replace: ["exists"],
        cancel: ["waiting", "running", "again", "offline", "paused", "failed"], dismiss: ["exists", "refused"],
      };
      const focused = this.row.contains(document.activeElement) ? document.activeElement : null;
      for (const button of this.row.querySelectorAll("[data-do]")) button.hidden = !shown[button.dataset.do].includes(state);
      this.bar.hidden = ["exists", "refused", "failed"].includes(state);
      if (state === "finishing") this.bar.removeAttribute("value");
      this.note.textContent = text ?? this.owner.words(state, this.#values());
      if (focused?.hidden) this.row.querySelector("[data-do]:not([hidden])")?.focus();
      this.owner.changed();
    }

    #values() {
      return { done: size(this.sent), total: size(this.file.size) };
    }

    progress(sent) {
      const now = performance.now();
      this.sent = sent;
      this.bar.value = this.file.size ? sent / this.file.size : 1;
      this.samples.push([now, sent]);
      while (this.samples.length > 2 && now - this.samples[0][0] > WINDOW) this.samples.shift();
      if (this.state !== "running" || now - (this.told ?? 0) < 250) return;
      this.told = now;
      const [[then, before]] = this.samples;
      const speed = (sent - before) / Math.max(0.001, (now - then) / 1000);
      if (now - then < 800 || speed <= 0) this.note.textContent = this.owner.words("started", this.#values());
      else {
        const left = time((this.file.size - sent) / speed);
        this.note.textContent = this.owner.words("running", { ...this.#values(), speed: size(speed), left });
      }
    }

    async run() {
      this.stop = new AbortController();
      this.samples = [];
      this.set("running", this.owner.words("started", this.#values()));
      try {
        if (this.clearFirst) await this.owner.remove(this.key);
        this.clearFirst = false;
        if (this.compare && !await this.#isWhatCame()) {
          this.note.textContent = this.owner.words("restarted");
          await this.owner.remove(this.key);
        } else this.url ||= this.compare;
        this.compare = "";
        this.upload ??= this.#uploading();
        await this.upload.run(this.stop.signal);
        memory.forget(this.owner.number, this.key);
        this.set("done");
      } catch (error) {
        this.#failed(error);
      }
    }

    // Whether what the server has of this name is the beginning of this file: the upload was begun by another browser, or
    // this one has forgotten it.
    async #isWhatCame() {
      const { owner, file, stop } = this;
      if (!crypto.subtle) return false;
      this.set("running", owner.words("comparing"));
      this.bar.removeAttribute("value");
      const address = `/uploads/${owner.number}/files/received/${this.compare.split("/").pop()}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: stop.signal })
        .catch(() => { throw new UploadError(stop.signal.aborted ? "aborted" : "cut"); });
      if (!answer.ok) return false;
      for (const [start, length, sha256] of (await answer.json()).pieces) {
        if (stop.signal.aborted) throw new UploadError("aborted");
        if (length > MOST_COMPARED) return false;
        const bytes = await file.slice(start, start + length).arrayBuffer()
          .catch(error => { throw new UploadError("unreadable", 0, error.message); });
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        if ([...digest].map(byte => byte.toString(16).padStart(2, "0")).join("") !== sha256) return false;
      }
      return !this.parts || this.#takeOver(address);
    }

    // Another program began to send it in parts: from now on it comes from here.
    async #takeOver(address) {
      const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": this.owner.token }, signal: this.stop.signal })
        .catch(() => { throw new UploadError(this.stop.signal.aborted ? "aborted" : "cut"); });
      this.parts = !answer.ok;
      return answer.ok;
    }

    #uploading() {
      const upload = new ResumableUpload(this.file, {
        create: `/api/records/${this.owner.number}/draft/uploads`,
        key: this.key,
        url: this.url ?? "",
        headers: () => ({ "X-CSRFToken": this.owner.token }),
      });
      upload.onprogress = sent => this.progress(sent);
      upload.onstate = state => { if (this.state !== state) this.set(state); };
      upload.onbegun = url => memory.write(this.owner.number, this.key, this.file, url);
      return upload;
    }

    #failed(error) {
      if (error.kind === "aborted") {
        if (this.state !== "gone") this.set("paused");
        return;
      }
      const { owner } = this;
      if (error.kind === "gone") this.upload = this.url = undefined;
      const known = { 401: "signed-out", 403: "signed-out", 507: "full", 413: "too-large" }[error.status];
      const kind = { cut: "cut", unreadable: "unreadable", gone: "gone" }[error.kind] ?? known ?? "failed";
      this.set("failed", owner.words(kind, { status: error.status || error.message }));
      owner.say(this.note.textContent);
    }

    pause() {
      if (this.state === "waiting") this.set("paused");
      else this.stop?.abort();
    }

    resume() {
      this.set("waiting");
      this.owner.pump();
    }

    async retry() {
      await this.owner.refresh();
      this.resume();
    }

    // What is stored under this name goes when the bytes of the new one are about to travel.
    replace() {
      this.clearFirst = true;
      this.resume();
    }

    // Nothing of it has reached the server.
    dismiss() {
      this.state = "gone";
      this.owner.drop(this);
    }

    async cancel() {
      this.state = "gone";
      this.stop?.abort();
      this.owner.drop(this);
      memory.forget(this.owner.number, this.key);
      await this.upload?.cancel();
      if (!this.upload && this.url) await this.owner.remove(this.key);
      await this.owner.refresh();
    }
  }

  customElements.define("m-upload", class extends HTMLElement {
    connectedCallback() {
      if (this.list) return;
      const zone = this.querySelector("template[data-zone]");
      this.rowTemplate = this.querySelector("template[data-row]");
      if (!zone || !this.rowTemplate) return;
      this.transfers = [];
      this.querySelector(".upload-plain").replaceWith(zone.content.cloneNode(true));
      this.panel = this.querySelector(".transfers");
      this.list = this.panel.querySelector("ul");
      this.status = this.querySelector(":scope > [role=status]");
      this.zone = this.querySelector("[data-drop]");
      memory.sweep();
      this.#listen();
    }

    disconnectedCallback() {
      removeEventListener("beforeunload", this.warn);
    }

    get number() {
      return this.dataset.number;
    }

    get stored() {
      return this.querySelector("m-files");
    }

    get token() {
      return this.stored?.dataset.csrf || this.dataset.csrf;
    }

    words(name, values = {}) {
      const key = `text-${name}`.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
      return filled(this.dataset[key], values);
    }

    say(text) {
      this.status.textContent = text;
    }

    #listen() {
      this.addEventListener("change", event => {
        const { target } = event;
        if (!(target instanceof HTMLInputElement) || target.type !== "file") return;
        event.stopPropagation();
        const files = [...target.files];
        if (target.dataset.again) this.#again(target.dataset.again, files[0]);
        else this.add(files.map(file => ({ file, key: file.webkitRelativePath || file.name })));
        target.value = "";
      });
      this.panel.addEventListener("click", event => {
        const deed = event.target.closest("[data-all]")?.dataset.all;
        if (deed) this.#all(deed);
      });
      // A file that misses the zone must not replace the page.
      for (const kind of ["dragover", "drop"]) {
        addEventListener(kind, event => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
      }
      const inside = on => event => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        if (on || !this.contains(event.relatedTarget)) this.zone.classList.toggle("over", on);
      };
      this.addEventListener("dragenter", inside(true));
      this.addEventListener("dragleave", inside(false));
      this.addEventListener("drop", async event => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        this.zone.classList.remove("over");
        this.add(await dropped(event.dataTransfer.items));
      });
      this.warn = event => { if (this.transfers.some(transfer => ["waiting", "running", "again", "offline", "finishing"].includes(transfer.state))) event.preventDefault(); };
      addEventListener("beforeunload", this.warn);
    }

    // Taking files ----------------------------------------------------------------------------------------------

    async add(entries) {
      const litter = entries.filter(({ key }) => LITTER.test(key));
      const wanted = entries.filter(({ key }) => !LITTER.test(key));
      this.#leaveOut(litter.map(({ key }) => key));
      if (!wanted.length) return;
      const transfers = wanted.map(({ file, key }) => new Transfer(this, key, file));
      this.transfers.push(...transfers);
      this.list.append(...transfers.map(transfer => transfer.row));
      this.say(this.words("begun", { count: transfers.length }));
      this.changed();
      try {
        await this.#draft();
        for (let start = 0; start < transfers.length; start += BATCH) await this.#check(transfers.slice(start, start + BATCH));
      } catch (error) {
        for (const transfer of transfers) if (transfer.state === "waiting") transfer.set("failed", this.words(error.status === 401 || error.status === 403 ? "signed-out" : error.status ? "failed" : "cut", { status: error.status }));
      }
      const refused = transfers.filter(({ state }) => ["refused", "failed"].includes(state)).length;
      if (refused) this.say(this.words("problems", { count: refused }));
      this.pump();
    }

    #leaveOut(keys) {
      const note = this.querySelector("[data-left-out]");
      note.hidden = !keys.length;
      note.textContent = keys.length ? this.words("left-out", { names: [...new Set(keys.map(key => key.split("/").pop()))].join(", ") }) : "";
    }

    // An interrupted file that was chosen again: only the same one can go on.
    #again(key, file) {
      const total = Number(this.querySelector(`[data-unfinished="${CSS.escape(key)}"]`).dataset.size);
      if (file.size !== total) return this.#complain(this.words("other", { size: size(file.size), total: size(total) }));
      this.#complain("");
      return this.add([{ file, key }]);
    }

    #complain(text) {
      const problem = this.stored.querySelector("[data-problem]");
      problem.textContent = text;
      problem.hidden = !text;
    }

    // The draft that files go to, with what was typed so far saved first.
    async #draft() {
      const { saver } = this;
      const before = this.number;
      // Whoever adds a file has files.
      const none = this.closest("form")?.querySelector('[name="files.enabled"][value="false"]:checked');
      if (none) {
        none.checked = false;
        none.dispatchEvent(new Event("change", { bubbles: true }));
      }
      await saver?.save();
      const number = saver ? await saver.ready().catch(() => "") : before || await this.#create();
      if (!number) throw Object.assign(new Error("no draft"), { status: 0 });
      this.dataset.number = number;
      if (before !== number) await this.#fetchStored();
    }

    get saver() {
      return document.querySelector("m-autosave");
    }

    async #create() {
      const answer = await this.#post("/api/records", {});
      history.replaceState(history.state, "", `/uploads/${answer.id}`);
      return answer.id;
    }

    // Ask before any byte travels what would become of the files.
    async #check(transfers) {
      const files = transfers.map(({ key, file }) => ({ key, size: file.size }));
      const { files: verdicts } = await this.#post(`/uploads/${this.number}/files/check`, { files });
      verdicts.forEach((verdict, place) => this.#judge(transfers[place], verdict));
    }

    #judge(transfer, verdict) {
      if (transfer.state !== "waiting") return;
      transfer.key = verdict.key;
      const twin = this.transfers.some(other => other !== transfer && other.key === verdict.key && !["refused", "done", "gone"].includes(other.state));
      if (twin) return this.drop(transfer);
      if (verdict.state === "refused") return transfer.set("refused", verdict.problem);
      if (verdict.state === "exists") return transfer.set("exists");
      if (verdict.state !== "pending") return undefined;
      const known = memory.read(this.number, verdict.key);
      const { file } = transfer;
      if (known && known.url === verdict.upload && known.size === file.size && known.modified === file.lastModified) transfer.url = known.url;
      else if (verdict.upload && verdict.size === file.size) Object.assign(transfer, { compare: verdict.upload, parts: verdict.parts });
      else {
        transfer.clearFirst = true;
        if (verdict.upload) transfer.note.textContent = this.words("restarted");
      }
      return undefined;
    }

    async #post(address, data) {
      const answer = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify(data),
      });
      if (!answer.ok) throw Object.assign(new Error(answer.statusText), { status: answer.status });
      return answer.json();
    }

    // Sending ---------------------------------------------------------------------------------------------------

    pump() {
      const running = this.transfers.filter(({ state }) => ["running", "again", "offline", "finishing"].includes(state)).length;
      const next = this.transfers.filter(({ state }) => state === "waiting").slice(0, Math.max(0, AT_ONCE - running));
      for (const transfer of next) this.#run(transfer);
    }

    async #run(transfer) {
      const send = async () => {
        await transfer.run();
        if (transfer.state === "done") this.#finished();
      };
      const held = lock => lock ? send() : transfer.set("failed", this.words("elsewhere"));
      if (navigator.locks) await navigator.locks.request(`muniment-upload:${this.number}:${transfer.key}`, { ifAvailable: true }, held);
      else await send();
      this.pump();
    }

    #finished() {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.refresh(), 300);
      if (!this.transfers.some(({ state }) => ["waiting", "running", "again", "offline", "finishing"].includes(state))) this.say(this.words("all-done"));
    }

    #all(deed) {
      for (const transfer of [...this.transfers]) {
        if (deed === "pause" && ["waiting", "running", "again", "offline"].includes(transfer.state)) transfer.pause();
        if (deed === "resume" && transfer.state === "paused") transfer.set("waiting");
        if (deed === "clear" && ["refused", "exists"].includes(transfer.state)) transfer.dismiss();
      }
      this.pump();
    }

    // Take a file out of the draft, whatever its state.
    async remove(key) {
      const path = key.split("/").map(encodeURIComponent).join("/");
      const answer = await fetch(`/api/records/${this.number}/draft/files/${path}`, { method: "DELETE", headers: { "X-CSRFToken": this.token } })
        .catch(() => { throw new UploadError("cut"); });
      if (!answer.ok && answer.status !== 404) throw new UploadError("refused", answer.status);
    }

    drop(transfer) {
      this.transfers = this.transfers.filter(other => other !== transfer);
      const next = transfer.row.nextElementSibling ?? transfer.row.previousElementSibling;
      const focused = transfer.row.contains(document.activeElement);
      transfer.row.remove();
      if (focused) (next?.querySelector("[data-do]:not([hidden])") ?? this.querySelector("[data-pick]")).focus();
      this.changed();
    }

    changed() {
      if (!this.list) return;
      const states = this.transfers.map(({ state }) => state);
      this.panel.hidden = !states.length;
      const many = states.length > 1;
      this.panel.querySelector('[data-all="pause"]').hidden = !many || !states.some(state => ["waiting", "running", "again", "offline"].includes(state));
      this.panel.querySelector('[data-all="resume"]').hidden = !many || !states.includes("paused");
      this.panel.querySelector('[data-all="clear"]').hidden = states.filter(state => ["refused", "exists"].includes(state)).length < 2;
      this.#hideDoubles();
    }

    // What is under way here is no interrupted upload.
    #hideDoubles() {
      const here = new Set(this.transfers.filter(({ state }) => !["refused", "exists"].includes(state)).map(({ key }) => key));
      const rows = [...this.querySelectorAll("[data-unfinished]")];
      for (const row of rows) row.hidden = here.has(row.dataset.unfinished);
      const section = this.querySelector(".unfinished");
      if (section) section.hidden = rows.every(row => row.hidden);
    }

    // Show what the server has now.
    async refresh() {
      if (await this.#fetchStored()) this.saver?.save();
    }

    async #fetchStored() {
      clearTimeout(this.later);
      if (!await this.stored?.refresh(`/uploads/${this.number}/files`)) {
        this.later = setTimeout(() => this.refresh(), 5_000);
        return false;
      }
      for (const transfer of this.transfers.filter(({ state }) => state === "done")) this.drop(transfer);
      this.changed();
      return true;
    }
  });
})();
