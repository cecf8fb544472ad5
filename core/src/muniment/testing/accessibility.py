"""What axe finds on a page in a real browser. The context must bypass the CSP, since axe is a script of the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: The rules that depend on colours.
COLOURS = ["color-contrast", "link-in-text-block"]

#: Runs axe and returns rule and markup of each finding. `seen` holds what was measured before; what is new is told
#: along with the findings, so that the next look leaves it out.
_MEASURE = """async ({ rules, colours, seen }) => {
  const known = new Set(seen), fresh = [], places = [];
  const hash = text => {
    let high = 0xdeadbeef, low = 0x41c6ce57;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      high = Math.imul(high ^ code, 2654435761);
      low = Math.imul(low ^ code, 1597334677);
    }
    return `${(high >>> 0).toString(36)}.${(low >>> 0).toString(36)}.${text.length}`;
  };
  const look = element => {
    const { color, backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
    return [color, backgroundColor, backgroundImage, opacity].join();
  };
  const walk = (element, above) => {
    const own = `${above}>${element.localName}.${element.className}[${element.open}${element.hidden}]${look(element)}`;
    const sign = hash(own + element.outerHTML.replace(/ (href|value|action)="[^"]*"/g, ""));
    if (known.has(sign)) return;
    known.add(sign);
    fresh.push(sign);
    const says = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (says || !element.childElementCount) places.push(element);
    else for (const child of element.querySelectorAll(":scope > *")) walk(child, hash(own));
  };
  const styles = [...document.querySelectorAll("link[rel=stylesheet], style")].map(sheet => sheet.outerHTML);
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  walk(document.body, hash([dark, look(document.documentElement), ...styles].join()));
  const found = [];
  const run = async (context, options) => {
    const { violations } = await axe.run(context, { resultTypes: ["violations"], ...options });
    for (const { id, nodes } of violations) for (const { html } of nodes) found.push(`${id}: ${html.slice(0, 300)}`);
  };
  const off = Object.fromEntries(colours.map(id => [id, { enabled: false }]));
  const whole = `whole ${hash(document.documentElement.outerHTML)}`;
  if (!known.has(whole)) {
    fresh.push(whole);
    await run(document, { runOnly: rules, rules: off });
  }
  if (places.length) await run({ include: places }, { runOnly: { type: "rule", values: colours } });
  return { found, fresh };
}"""


class Accessibility:
    """Measures pages by all rules of axe.

    Contrast, which takes by far the longest, is measured once of each piece of markup in each theme at each width: the
    same head, menu or text in the same place, with the same style sheets, has the same contrast on the next page and
    for the next role. The rules that know no colours are asked once of the same page at each width, whatever its theme.
    """

    def __init__(self) -> None:
        self._seen: dict[int, set[str]] = {}

    def problems(self, page: Page) -> list[str]:
        """What is wrong with a page as its window is now, as rule and markup."""
        from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]

        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        width = page.viewport_size["width"] if page.viewport_size else 0
        seen = self._seen.setdefault(width, set())
        told = page.evaluate(_MEASURE, {"rules": RULES, "colours": COLOURS, "seen": list(seen)})
        seen.update(told["fresh"])
        found: list[str] = told["found"]
        return found
