"""The forms of a page as a browser without scripts would send them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

Pair = tuple[str, str]


@dataclass
class Form:
    """A form: where it goes, what it sends, and the buttons that send it (pairs of name and value)."""

    action: str
    method: str
    pairs: list[Pair] = field(default_factory=list)
    buttons: list[Pair] = field(default_factory=list)

    def filled(self, **changes: str) -> list[Pair]:
        """The pairs with other values: `form.filled(**{"metadata.title": "…"})`. Raises `KeyError` for a control that
        is not there."""
        missing = set(changes) - {name for name, _ in self.pairs}
        if missing:
            raise KeyError(f"the form has no control {', '.join(sorted(missing))}")
        return [(name, changes.get(name, value)) for name, value in self.pairs]


def forms_of(html: str) -> list[Form]:
    """All forms of a page, in order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._templates = 0
        self._textarea: tuple[str, list[str]] | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "template":
            self._templates += 1
        if self._templates:
            return
        if tag == "form":
            self._form = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in given:
            self._control(tag, given, self._form)

    def _control(self, tag: str, given: dict[str, str | None], form: Form) -> None:
        name, value = given.get("name") or "", given.get("value")
        kind = (given.get("type") or ("submit" if tag == "button" else "text")).lower()
        if tag == "option" and self._select is not None:
            self._select[1].append((value or "", "selected" in given))
        elif not name:
            return
        elif tag == "button" and kind == "submit":
            form.buttons.append((name, value or ""))
        elif tag == "textarea":
            self._textarea = name, []
        elif tag == "select":
            self._select = name, []
        elif tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in given:
                form.pairs.append((name, "on" if value is None else value))
        elif tag == "input" and kind not in ("submit", "button", "image", "reset", "file"):
            form.pairs.append((name, value or ""))

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        if self._templates or self._form is None:
            return
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._textarea is not None:
            name, parts = self._textarea
            self._form.pairs.append((name, "".join(parts).removeprefix("\n")))
            self._textarea = None
        elif tag == "select" and self._select is not None:
            self._form.pairs.extend(self._chosen(*self._select))
            self._select = None

    @staticmethod
    def _chosen(name: str, options: list[tuple[str, bool]]) -> Iterator[Pair]:
        chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
        yield from ((name, value) for value in chosen)
