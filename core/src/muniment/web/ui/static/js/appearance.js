// The colours of a form shown on a small page, light and dark side by side, with what cannot be read.
class ThemePreview extends HTMLElement {
  connectedCallback() {
    this.samples = [...this.querySelectorAll(".theme-sample")];
    this.list = this.querySelector(".theme-problems");
    this.addEventListener("input", () => this.show());
    this.show();
  }

  colour(mode, token) {
    return this.querySelector(`[name="${mode}.${token}"]`)?.value;
  }

  show() {
    const problems = [];
    for (const sample of this.samples) {
      const mode = sample.dataset.mode;
      for (const input of this.querySelectorAll(`[name^="${mode}."]`)) {
        sample.style.setProperty(`--${input.name.slice(mode.length + 1)}`, input.value);
      }
      for (const [front, back, least] of JSON.parse(this.dataset.pairs)) {
        const ratio = contrast(this.colour(mode, front), this.colour(mode, back));
        if (ratio < least) {
          const title = sample.querySelector("figcaption").textContent;
          const values = {front, back, ratio: ratio.toFixed(1), least};
          const text = this.dataset.text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
          problems.push(`${title}: ${text}`);
        }
      }
    }
    this.list.replaceChildren(...problems.map(text => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
  }
}

// The contrast of two colours #rrggbb by WCAG 2.2: 1 to 21.
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + .05) / (dark + .05);
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map(place => {
    const value = parseInt(colour.slice(place, place + 2), 16) / 255;
    return value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  });
  return .2126 * red + .7152 * green + .0722 * blue;
}

customElements.define("m-theme-preview", ThemePreview);
