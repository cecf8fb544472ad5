// Asks a passkey what the page wants to know, and sends its answer with the form around it. Without a script, or in a
// browser without passkeys, the element stays hidden: a code does as well.
{
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const question = options => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: options.excludeCredentials.map(key => ({ ...key, id: bytes(key.id) })) }),
    ...(options.allowCredentials && { allowCredentials: options.allowCredentials.map(key => ({ ...key, id: bytes(key.id) })) }),
  });

  const answer = credential => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
  };

  customElements.define("m-passkey", class extends HTMLElement {
    connectedCallback() {
      if (!window.PublicKeyCredential) return;
      this.hidden = false;
      this.querySelector("button").addEventListener("click", () => this.ask());
    }

    async ask() {
      const problem = this.querySelector("[data-problem]");
      problem.hidden = true;
      try {
        const publicKey = question(JSON.parse(this.dataset.options));
        const asked = this.dataset.does === "create"
          ? navigator.credentials.create({ publicKey })
          : navigator.credentials.get({ publicKey });
        this.querySelector("input[name=answer]").value = JSON.stringify(answer(await asked));
      } catch {
        problem.hidden = false;
        return;
      }
      this.querySelector("form").requestSubmit();
    }
  });
}
