"""Turns the many ways in which people write descriptions into HTML, and titles into plain text."""

from __future__ import annotations

import html
import re

_TAGS = (
    "a|abbr|article|b|blockquote|body|br|cite|center|code|dd|del|div|dl|dt|em|figure|font|footer|h[1-6]|head|header|"
    "hr|html|i|img|ins|kbd|li|main|math|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|"
    "th|thead|tr|tt|u|ul|var|italic|bold|sec|title|list|list-item|sc|ext-link|inline-formula|alternatives|tex-math|"
    "underline|monospace|xref|disp-formula|m[a-z]{1,12}"
)
_TAG = re.compile(rf"<(/?)(?:jats:|mml:|html:)?({_TAGS})(\s[^<>]*)?(/?)>", re.IGNORECASE)
_BLOCK = re.compile(r"<(p|br|div|ul|ol|li|h[1-6]|table|dl|pre|section|article|blockquote|hr)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
# The element names of JATS, in which Crossref and many publishers keep abstracts, and what HTML calls them.
_JATS = {
    "italic": "em",
    "bold": "strong",
    "title": "h4",
    "list": "ul",
    "list-item": "li",
    "monospace": "code",
    "underline": "u",
    "sec": "div",
}
#: A paragraph with only lines longer than this was wrapped by a program; shorter lines were broken by a person.
_WRAPPED = 50


def to_html(value: str) -> str:
    """A description as HTML: markup is kept (JATS renamed), plain text is escaped and set in paragraphs.

    What was escaped twice (`&lt;p&gt;`) is taken as the markup it was. The repository sanitises the result.
    """
    value = _once(value)
    if not _TAG.search(value):
        return "".join(f"<p>{_paragraph(block)}</p>" for block in _blocks(value))
    marked = _TAG.sub(_html_tag, value).strip()
    if _BLOCK.search(marked):
        return marked
    return "".join(f"<p>{block.strip()}</p>" for block in _blocks(marked))


def to_line(value: str) -> tuple[str, bool]:
    """A title as one line of plain text, and whether formatting was left out on the way."""
    once = _once(value)
    plain = html.unescape(_TAG.sub("", once))
    return " ".join(plain.split()), bool(_TAG.search(once))


def _blocks(value: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", value) if block.strip()]


def _once(value: str) -> str:
    if _TAG.search(value):
        return value
    unescaped = html.unescape(value)
    return unescaped if _TAG.search(unescaped) else value


def _html_tag(match: re.Match[str]) -> str:
    closing, name, rest, empty = match.groups()
    name = name.lower()
    attributes = "" if name in _JATS else rest or ""
    return f"<{closing}{_JATS.get(name, name)}{attributes}{empty}>"


def _paragraph(block: str) -> str:
    lines = [html.unescape(part.strip()) if _ENTITY.search(part) else part.strip() for part in block.splitlines()]
    lines = [part for part in lines if part]
    by_hand = any(len(part) < _WRAPPED for part in lines[:-1])
    return ("<br>" if by_hand else " ").join(html.escape(part, quote=False) for part in lines)
