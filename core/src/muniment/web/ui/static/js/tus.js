// A resumable upload by tus 1.0: https://tus.io/protocols/resumable-upload
//
//   const upload = new ResumableUpload(file, { create: "/api/…/uploads", key, headers: () => ({}), url: "" });
//   upload.onprogress = (sent, total) => {}; upload.onstate = state => {};   running, again, offline, finishing
//   await upload.run(signal);   ends when the server has checked and kept the file; throws UploadError
//
// A cut connection is waited out: the server is asked how far it has come, and the rest follows from there. Each piece
// carries its SHA-256 where the browser can compute it, so that what arrives is what was sent.
class UploadError extends Error {
  // kind: aborted, cut (no answer after many tries), unreadable (the file), gone (the upload), refused (see status).
  constructor(kind, status = 0, message = "") {
    super(message || kind);
    this.kind = kind;
    this.status = status;
  }
}

class ResumableUpload {
  static SMALLEST = 1 << 20;
  static LARGEST = 1 << 26;
  static TRIES = 12;
  static LONGEST_WAIT = 30_000;
  static STALLED = 45_000;
  // What may pass by itself: nobody answered, too many transfers at once, another request still holds the upload.
  static PASSING = new Set([0, 408, 423, 425, 429, 460, 500, 502, 503, 504]);

  constructor(file, { create, key, headers, url = "" }) {
    Object.assign(this, { file, create, key, headers, url });
    this.offset = 0;
    this.piece = 1 << 22;
    this.onprogress = () => {};
    this.onstate = () => {};
  }

  async run(signal) {
    let failures = 0;
    let known = !this.url;
    for (;;) {
      try {
        if (!navigator.onLine) await this.#online(signal);
        if (!this.url) await this.#begin(signal);
        else if (!known) await this.#ask(signal);
        known = true;
        this.onstate("running");
        this.onprogress(this.offset, this.file.size);
        while (this.offset < this.file.size) {
          await this.#send(signal);
          failures = 0;
        }
        return;
      } catch (error) {
        if (signal.aborted) throw new UploadError("aborted");
        known = false;
        if (!(error instanceof UploadError)) throw error;
        const passing = error.kind === "cut" || (error.kind === "refused" && ResumableUpload.PASSING.has(error.status));
        const moved = error.kind === "refused" && error.status === 409 && this.url;
        failures += 1;
        if (!(passing || moved) || failures > ResumableUpload.TRIES) throw error;
        this.piece = Math.max(ResumableUpload.SMALLEST, this.piece / 2);
        this.onstate(navigator.onLine ? "again" : "offline");
        await this.#wait(error.after ?? Math.min(ResumableUpload.LONGEST_WAIT, 400 * 2 ** (failures - 1)), signal);
      }
    }
  }

  // End the upload on the server; what it has of the file is thrown away.
  async cancel() {
    if (!this.url) return;
    const answer = await this.#fetch(this.url, { method: "DELETE", keepalive: true }).catch(() => null);
    if (answer?.ok) this.url = "";
  }

  async #begin(signal) {
    const bytes = new TextEncoder().encode(this.key);
    const name = btoa(String.fromCharCode(...bytes));
    const answer = await this.#fetch(this.create, {
      method: "POST",
      signal,
      headers: { "Upload-Length": String(this.file.size), "Upload-Metadata": `key ${name}` },
    });
    if (answer.status !== 201) throw await this.#refused(answer);
    this.url = new URL(answer.headers.get("Location")).pathname;
    this.offset = Number(answer.headers.get("Upload-Offset") ?? 0);
    this.onbegun?.(this.url);
  }

  async #ask(signal) {
    const answer = await this.#fetch(this.url, { method: "HEAD", signal });
    if (answer.status === 404 || answer.status === 410) throw new UploadError("gone", answer.status);
    if (!answer.ok) throw await this.#refused(answer);
    this.offset = Number(answer.headers.get("Upload-Offset"));
  }

  // XMLHttpRequest tells how much of a body has left; fetch does not.
  async #send(signal) {
    const start = this.offset;
    const blob = this.file.slice(start, start + this.piece);
    const headers = { "Upload-Offset": String(start), "Content-Type": "application/offset+octet-stream" };
    const digest = await this.#digest(blob);
    if (digest) headers["Upload-Checksum"] = `sha256 ${digest}`;
    const begun = performance.now();
    const answer = await this.#patch(blob, headers, signal, start);
    if (answer.status !== 204) throw await this.#refused(answer);
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.onprogress(this.offset, this.file.size);
    const seconds = (performance.now() - begun) / 1000;
    if (blob.size === this.piece && seconds < 3) this.piece = Math.min(ResumableUpload.LARGEST, this.piece * 2);
    else if (seconds > 15) this.piece = Math.max(ResumableUpload.SMALLEST, this.piece / 2);
  }

  async #digest(blob) {
    let bytes;
    try {
      bytes = await blob.arrayBuffer();
    } catch (error) {
      throw new UploadError("unreadable", 0, error.message);
    }
    if (!globalThis.crypto?.subtle) return "";
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return btoa(String.fromCharCode(...hash));
  }

  #patch(blob, headers, signal, start) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      let stalled = 0;
      const watch = () => {
        clearTimeout(stalled);
        stalled = setTimeout(() => request.abort(), ResumableUpload.STALLED);
      };
      const end = (settle, value) => {
        clearTimeout(stalled);
        signal.removeEventListener("abort", abort);
        settle(value);
      };
      const abort = () => request.abort();
      signal.addEventListener("abort", abort);
      request.open("PATCH", this.url);
      for (const [name, value] of Object.entries({ ...this.#common(), ...headers })) request.setRequestHeader(name, value);
      request.upload.onprogress = event => {
        watch();
        this.onprogress(Math.min(start + event.loaded, start + blob.size), this.file.size);
      };
      request.upload.onload = () => {
        // The last piece is answered when the whole file has been checked, which takes its time.
        clearTimeout(stalled);
        if (start + blob.size === this.file.size) this.onstate("finishing");
        else watch();
      };
      request.onload = () => end(resolve, request);
      request.onerror = request.onabort = () => end(reject, new UploadError(signal.aborted ? "aborted" : "cut"));
      watch();
      request.send(blob);
    });
  }

  async #fetch(url, options) {
    try {
      return await fetch(url, { ...options, headers: { ...this.#common(), ...options.headers } });
    } catch (error) {
      throw new UploadError(error.name === "AbortError" ? "aborted" : "cut", 0, error.message);
    }
  }

  #common() {
    return { "Tus-Resumable": "1.0.0", ...this.headers() };
  }

  async #refused(answer) {
    const text = answer instanceof XMLHttpRequest ? answer.responseText : await answer.text().catch(() => "");
    let message = "";
    try {
      message = JSON.parse(text).message ?? "";
    } catch { /* no words beside the status */ }
    const kind = [404, 410].includes(answer.status) ? "gone" : "refused";
    const error = new UploadError(kind, answer.status, message);
    const after = answer.getResponseHeader?.("Retry-After") ?? answer.headers?.get("Retry-After");
    if (after) error.after = Number(after) * 1000;
    return error;
  }

  #wait(milliseconds, signal) {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener("online", done);
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const stop = () => {
        done();
        reject(new UploadError("aborted"));
      };
      const timer = setTimeout(done, milliseconds);
      addEventListener("online", done);
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
    });
  }

  // Without a connection nothing is tried, however long it takes.
  async #online(signal) {
    this.onstate("offline");
    while (!navigator.onLine) await this.#wait(60_000, signal);
  }
}
