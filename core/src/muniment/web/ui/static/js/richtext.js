// <m-richtext>: an editor for the HTML in the <textarea> inside it, limited to what the server keeps. The textarea stays
// what is sent; it is also the view of the source. The toolbar comes from the <template>: buttons with data-do, a group
// [data-link] with a field for the address, and words for links that lead nowhere in data-text-bad-link; data-doi is
// what goes before a bare DOI.
(() => {
  const TAGS = new Set(
    ("A ABBR ACRONYM B BLOCKQUOTE BR CODE COL COLGROUP DIV EM H1 H2 H3 H4 H5 I LI OL P PRE S SPAN STRIKE STRONG SUB SUP "
      + "TABLE TBODY TD TFOOT TH THEAD TR U UL").split(" "),
  );
  const BLOCKS = new Set("BLOCKQUOTE DIV H1 H2 H3 H4 H5 LI OL P PRE TABLE TBODY TD TFOOT TH THEAD TR UL".split(" "));
  // Their contents go with them.
  const DROPPED = new Set(
    "HEAD IFRAME MATH NOSCRIPT OBJECT OPTION SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA TITLE VIDEO AUDIO".split(" "),
  );
  const INSTEAD = { H6: "H5", ARTICLE: "DIV", SECTION: "DIV", HEADER: "DIV", FOOTER: "DIV", MAIN: "DIV", DT: "P", DD: "P", TT: "CODE", KBD: "CODE", SAMP: "CODE", DEL: "S" };
  const ATTRIBUTES = { A: ["href", "title"], ABBR: ["title"], ACRONYM: ["title"], COL: ["span"], COLGROUP: ["span"], TD: ["colspan", "rowspan"], TH: ["colspan", "rowspan"] };
  const DIRECTED = new Set(["ABBR", "ACRONYM", "DIV", "P", "SPAN"]);
  const ADDRESS = /^(https?:|mailto:|ftp:)/i;
  // As `muniment.web.ui.rich_text` tells HTML from plain text.
  const ELEMENT = /<(?:!--|\/?[a-z][a-z0-9]*(?:\s+[a-z:-]+\s*=\s*["'][^<>]*)?\s*\/?>)/i;
  const EMPTY = /^[\s\u00a0\u200b]*$/;

  // Plain text as the server shows it: blank lines part paragraphs.
  const paragraphs = text => text.trim().split(/\n\s*\n/).filter(Boolean).map(part => {
    const paragraph = document.createElement("p");
    part.trim().split("\n").forEach((line, index) => paragraph.append(...(index ? [document.createElement("br")] : []), line));
    return paragraph.outerHTML;
  }).join("");

  // Word processors say with styles what elements are for.
  const emphasis = node => {
    const style = node.getAttribute("style") ?? "";
    const found = [];
    if (/font-weight:\s*(bold|[6-9]00)/i.test(style)) found.push("b");
    if (/font-style:\s*italic/i.test(style)) found.push("i");
    if (/vertical-align:\s*super/i.test(style)) found.push("sup");
    if (/vertical-align:\s*sub(?!\w|-)/i.test(style)) found.push("sub");
    return found;
  };

  const copy = (from, to) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) to.append(node.data.replaceAll("\u200b", ""));
      else if (node.nodeType === Node.ELEMENT_NODE) copyElement(node, to);
    }
    return to;
  };

  const copyElement = (node, to) => {
    const name = INSTEAD[node.nodeName.toUpperCase()] ?? node.nodeName.toUpperCase();
    if (DROPPED.has(name)) return;
    const style = node.getAttribute("style") ?? "";
    const plain = !TAGS.has(name) || (name === "SPAN" && !node.hasAttribute("lang") && !node.hasAttribute("dir"))
      || (name === "B" && /font-weight:\s*(normal|400)/i.test(style));
    let target = to;
    if (name === "SPAN" || plain) for (const tag of emphasis(node)) target = target.appendChild(document.createElement(tag));
    if (plain) return void copy(node, target);
    const made = document.createElement(name);
    for (const attribute of [...(ATTRIBUTES[name] ?? []), ...(DIRECTED.has(name) ? ["lang", "dir"] : [])]) {
      if (node.hasAttribute(attribute)) made.setAttribute(attribute, node.getAttribute(attribute));
    }
    if (name === "A" && !ADDRESS.test(made.getAttribute("href") ?? "")) return void copy(node, target);
    target.append(made);
    copy(node, made);
  };

  // The HTML as elements of this page, reduced to what the server keeps. Parsing runs nothing and loads nothing.
  const clean = html => {
    const source = ELEMENT.test(html) ? html : paragraphs(html);
    return copy(new DOMParser().parseFromString(source, "text/html").body, document.createDocumentFragment());
  };

  // What is stored for what the editor shows: without the line breaks that only hold empty lines open.
  const written = root => {
    const box = document.createElement("div");
    copy(root, box);
    for (const br of box.querySelectorAll("br")) {
      const block = br.closest([...BLOCKS].join(","));
      if (!br.nextSibling && br.parentNode === block) br.remove();
    }
    for (const block of box.querySelectorAll("div:not([lang], [dir])")) {
      if ([...block.children].some(child => BLOCKS.has(child.nodeName))) continue;
      const paragraph = document.createElement("p");
      paragraph.append(...block.childNodes);
      block.replaceWith(paragraph);
    }
    for (const item of box.querySelectorAll("li")) {
      const own = [...item.children].filter(child => child.nodeName === "P");
      if (own.length === 1 && !own[0].attributes.length) own[0].replaceWith(...own[0].childNodes);
    }
    for (const end of ["firstElementChild", "lastElementChild"]) {
      while (box[end] && /^(P|DIV)$/.test(box[end].nodeName) && EMPTY.test(box[end].textContent)) box[end].remove();
    }
    return EMPTY.test(box.textContent) ? "" : [...box.children].map(block => block.outerHTML).join("");
  };

  customElements.define("m-richtext", class extends HTMLElement {
    connectedCallback() {
      if (this.area || !window.Squire) return;
      this.area = this.querySelector("textarea");
      const template = this.querySelector("template");
      if (!this.area || !template) return;
      template.replaceWith(template.content.cloneNode(true));
      this.tools = this.querySelector("[role=toolbar]");
      this.link = this.querySelector("[data-link]");
      this.#frame();
      this.editor = new window.Squire(this.page, {
        blockTag: "P", addLinks: false, sanitizeToDOMFragment: clean, didError: error => { throw error; },
      });
      // The keys that move the focus stay what they are everywhere.
      this.editor.setKeyHandler("Tab", null);
      this.editor.setKeyHandler("Shift-Tab", null);
      this.#listen();
      this.#load(this.area.value);
    }

    disconnectedCallback() {
      clearTimeout(this.timer);
    }

    get value() {
      this.#flush();
      return this.area.value;
    }

    // Put a text in from outside: another version, an import.
    set value(html) {
      this.area.value = html;
      if (this.page && this.area.hidden) this.#load(html);
    }

    get inSource() {
      return !this.area.hidden;
    }

    #frame() {
      const { area } = this;
      const label = area.labels?.[0];
      this.page = document.createElement("div");
      this.page.id = area.id;
      area.id = `${area.id}-source`;
      if (label) label.id ||= `${this.page.id}-label`;
      for (const [name, value] of Object.entries({
        class: "richtext-page prose", role: "textbox", "aria-multiline": "true", spellcheck: "true",
        "aria-labelledby": label?.id, "aria-describedby": area.getAttribute("aria-describedby"),
        "aria-invalid": area.getAttribute("aria-invalid"), "aria-required": area.required ? "true" : null,
      })) if (value) this.page.setAttribute(name, value);
      if (label) {
        area.setAttribute("aria-labelledby", label.id);
        label.addEventListener("click", event => {
          event.preventDefault();
          (this.inSource ? area : this.page).focus();
        });
      }
      area.required = false;
      area.hidden = true;
      area.before(this.page);
      this.tools.setAttribute("aria-controls", this.page.id);
      this.classList.add("ready");
    }

    #listen() {
      const { editor, area, page } = this;
      editor.addEventListener("input", () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.#flush(), 200);
      });
      // The textarea says so itself, with its name.
      page.addEventListener("input", event => event.stopPropagation());
      editor.addEventListener("pathChange", () => this.#marks());
      page.addEventListener("blur", () => {
        if (this.#flush() || this.unsaid) area.dispatchEvent(new Event("change", { bubbles: true }));
        this.unsaid = false;
      });
      page.addEventListener("keydown", event => {
        if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          this.#askLink();
        }
      });
      area.form?.addEventListener("formdata", event => {
        this.#flush();
        if (event.formData.has(area.name)) event.formData.set(area.name, area.value);
      });
      this.tools.addEventListener("click", event => {
        const button = event.target.closest("[data-do]");
        if (button) this.#do(button.dataset.do);
      });
      this.tools.addEventListener("keydown", event => this.#walk(event));
      this.link.addEventListener("click", event => {
        const button = event.target.closest("[data-do]");
        if (button) this.#do(button.dataset.do);
      });
      this.link.addEventListener("keydown", event => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        if (event.key === "Enter" && event.target.matches("input")) this.#do("set-link");
        else if (event.key === "Enter") event.target.click();
        else this.#do("close-link");
      });
      for (const button of this.#buttons().slice(1)) button.tabIndex = -1;
    }

    // From the editor to the textarea; whether that changed it.
    #flush() {
      clearTimeout(this.timer);
      if (this.inSource || !this.editor) return false;
      const html = written(this.page);
      if (html === this.shown) return false;
      this.shown = this.area.value = html;
      this.unsaid = true;
      this.#mind();
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
      return true;
    }

    // From a text to the editor. What the cleaning leaves out of a stored text is no change by the reader.
    #load(html) {
      this.editor.setHTML(html);
      this.shown = written(this.page);
      this.#mind();
      this.#marks();
    }

    #mind() {
      this.page.classList.toggle("is-empty", !this.shown);
    }

    // Toolbar ---------------------------------------------------------------------------------------------------

    #buttons() {
      return [...this.tools.querySelectorAll("button")];
    }

    // Arrow keys move along the toolbar, which is one stop for Tab.
    #walk(event) {
      const buttons = this.#buttons().filter(button => !button.disabled);
      const here = buttons.indexOf(document.activeElement);
      const turned = getComputedStyle(this).direction === "rtl" ? -1 : 1;
      const step = { ArrowRight: turned, ArrowLeft: -turned }[event.key];
      let next = step === undefined ? undefined : buttons[(here + step + buttons.length) % buttons.length];
      if (event.key === "Home") [next] = buttons;
      if (event.key === "End") next = buttons.at(-1);
      if (!next || here < 0) return;
      event.preventDefault();
      this.#stop(next);
      next.focus();
    }

    #stop(button) {
      for (const other of this.#buttons()) other.tabIndex = other === button ? 0 : -1;
    }

    #has(name) {
      const { editor } = this;
      const block = { h2: /^H[1-5]$/, ul: /^UL$/, ol: /^OL$/, quote: /^BLOCKQUOTE$/ }[name];
      if (!block) return { bold: "B", italic: "I", link: "A", sub: "SUB", sup: "SUP" }[name]
        ? editor.hasFormat({ bold: "B", italic: "I", link: "A", sub: "SUB", sup: "SUP" }[name])
        : name === "code" && (editor.hasFormat("CODE") || editor.hasFormat("PRE"));
      let node = editor.getSelection().startContainer;
      for (; node && node !== this.page; node = node.parentNode) {
        if (block.test(node.nodeName)) return true;
        if (name === "ul" && node.nodeName === "OL") return false;
        if (name === "ol" && node.nodeName === "UL") return false;
      }
      return false;
    }

    #marks() {
      for (const button of this.#buttons()) {
        if (button.hasAttribute("aria-pressed") && button.dataset.do !== "source") {
          button.setAttribute("aria-pressed", String(!this.inSource && this.#has(button.dataset.do)));
        }
      }
    }

    #do(name) {
      const { editor } = this;
      const on = !["undo", "redo", "source", "set-link", "remove-link", "close-link"].includes(name) && this.#has(name);
      const actions = {
        bold: () => (on ? editor.removeBold() : editor.bold()),
        italic: () => (on ? editor.removeItalic() : editor.italic()),
        sub: () => (on ? editor.removeSubscript() : editor.subscript()),
        sup: () => (on ? editor.removeSuperscript() : editor.superscript()),
        ul: () => (on ? editor.removeList() : editor.makeUnorderedList()),
        ol: () => (on ? editor.removeList() : editor.makeOrderedList()),
        quote: () => (on ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel()),
        code: () => editor.toggleCode(),
        h2: () => this.#heading(on),
        undo: () => editor.undo(),
        redo: () => editor.redo(),
        link: () => this.#askLink(),
        "set-link": () => this.#setLink(),
        "remove-link": () => { editor.removeLink(); this.#closeLink(); },
        "close-link": () => this.#closeLink(),
        source: () => this.#turn(),
      };
      actions[name]();
      if (name !== "source") {
        const button = this.tools.querySelector(`[data-do="${name}"]`);
        if (button) this.#stop(button);
        this.#flush();
        this.#marks();
      }
    }

    // A line becomes a heading, or a heading a line.
    #heading(on) {
      this.editor.modifyBlocks(fragment => {
        for (const block of fragment.querySelectorAll(on ? "h1, h2, h3, h4, h5" : "p, div")) {
          if (block.closest("li, td, th, blockquote") || [...block.children].some(child => BLOCKS.has(child.nodeName))) continue;
          const made = document.createElement(on ? "p" : "h2");
          made.append(...block.childNodes);
          block.replaceWith(made);
        }
        return fragment;
      });
      this.editor.focus();
    }

    #askLink() {
      if (this.inSource) return;
      const range = this.editor.getSelection();
      const anchor = (range.startContainer.closest ? range.startContainer : range.startContainer.parentElement)?.closest("a");
      this.range = range;
      const field = this.link.querySelector("input");
      field.value = anchor && this.page.contains(anchor) ? anchor.getAttribute("href") : "";
      this.link.querySelector('[data-do="remove-link"]').hidden = !field.value;
      this.#complain(false);
      this.link.hidden = false;
      field.focus();
      field.select();
    }

    #setLink() {
      const field = this.link.querySelector("input");
      let address = field.value.trim();
      if (/^[^\s@:/]+@[^\s@/]+\.\w+$/.test(address)) address = `mailto:${address}`;
      else if (/^10\.\d{4,9}\/\S+$/.test(address)) address = `${this.dataset.doi}${address}`;
      else if (/^[\w-]+(\.[\w-]+)+([/?#]\S*)?$/.test(address)) address = `https://${address}`;
      if (!ADDRESS.test(address) || /\s/.test(address)) return this.#complain(true);
      this.editor.setSelection(this.range);
      this.editor.makeLink(address);
      this.#closeLink();
    }

    #complain(on) {
      const text = this.link.querySelector("[data-problem]");
      const field = this.link.querySelector("input");
      text.textContent = on ? this.dataset.textBadLink : "";
      text.hidden = !on;
      if (on) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      if (on) field.focus();
    }

    #closeLink() {
      this.link.hidden = true;
      this.editor.focus();
    }

    // Between the formatted text and its source.
    #turn() {
      const toSource = !this.inSource;
      if (toSource) this.#flush();
      this.link.hidden = true;
      this.area.hidden = !toSource;
      this.page.hidden = toSource;
      for (const button of this.#buttons()) {
        if (button.dataset.do === "source") button.setAttribute("aria-pressed", String(toSource));
        else button.disabled = toSource;
      }
      this.#stop(this.tools.querySelector('[data-do="source"]'));
      if (toSource) return this.area.focus();
      this.#load(this.area.value);
      this.area.value = this.shown;
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
      this.page.focus();
    }
  });
})();
