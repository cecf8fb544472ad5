"""What is looked at on every page in a real browser: accessibility, width, and what the console complains about.

@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(browser, site, repository, view):
    assert check_pages(browser, site, Showcase(repository), MY_PAGES, view) == {}
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from muniment.testing.accessibility import Accessibility
from muniment.testing.page_types import SEEN_BY, PageType, Role
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from muniment.testing.people import Person

Theme = Literal["light", "dark"]

THEMES: tuple[Theme, ...] = ("light", "dark")
WIDTHS = (320, 390, 1280)
HEIGHT = 900
#: Elements whose own box or text sticks out of the page.
_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const out = [...document.body.querySelectorAll('*')].filter(element => {
    const box = element.getBoundingClientRect();
    const wide = box.right > width + 1 || box.left < -1 || box.left + element.scrollWidth > width + 1;
    const style = getComputedStyle(element);
    return box.width && wide && style.position !== 'fixed' && style.clipPath === 'none';
  });
  return out.slice(-3).map(element => element.outerHTML.slice(0, 160));
}"""


def everything() -> bool:
    """Whether every page is to be seen by every role, in each theme and width: `scripts/test --full` says so."""
    return os.environ.get("MUNIMENT_TEST_EVERY_PAGE", "") == "1"


@dataclass(frozen=True)
class View:
    """How pages are looked at; `measured` by axe or only for what scrolls sideways.

    `narrower` are widths to which the window is drawn together afterwards, `recoloured` themes that are put on at each
    width, to look once more without another load.
    """

    theme: Theme
    width: int
    measured: bool = True
    narrower: tuple[int, ...] = ()
    recoloured: tuple[Theme, ...] = ()

    def __str__(self) -> str:
        themes = " and ".join((self.theme, *self.recoloured))
        return f"{themes}, {', '.join(map(str, (self.width, *self.narrower)))} px"


def views() -> list[View]:
    """axe once for each theme at 1280 px and reflow at 320 px; with `everything()` axe in all combinations."""
    if everything():
        first, *others = THEMES
        narrowest, narrow, wide = WIDTHS
        recoloured = tuple(others)
        return [View(first, wide, recoloured=recoloured), View(first, narrow, True, (narrowest,), recoloured)]
    return [*(View(theme, 1280) for theme in THEMES), View("light", 320, measured=False)]


def check_pages(
    browser: Browser, site: str, showcase: Showcase, pages: Iterable[PageType], view: View, **options: Any
) -> dict[str, list[str]]:
    """What is wrong, by page and who saw it; `options` are those of a browser context, such as `locale`."""
    found: dict[str, list[str]] = {}
    accessibility = Accessibility() if view.measured else None
    with visitors(browser, site, showcase, view.theme, view.width, **options) as contexts:
        for page, role in _visits(pages, view.theme):
            address = site + page.path(showcase)
            themes = (view.theme, *view.recoloured) if page.both_themes else (view.theme,)
            problems = look(contexts[role], address, page.status, accessibility, view.narrower, themes)
            if problems:
                found[f"{page.name} for {role}"] = problems
    return found


def _visits(pages: Iterable[PageType], theme: Theme) -> Iterator[tuple[PageType, Role]]:
    for page in pages:
        if page.both_themes or theme == THEMES[0]:
            roles = SEEN_BY[page.role] if everything() else SEEN_BY[page.role][:1]
            yield from ((page, role) for role in roles)


@contextmanager
def visitors(
    browser: Browser, site: str, showcase: Showcase, theme: Theme, width: int, **options: Any
) -> Iterator[dict[Role, BrowserContext]]:
    """A browser context for each role, signed in."""
    people: dict[Role, Person | None] = {
        "visitor": None,
        "owner": showcase.owner,
        "administrator": showcase.administrator,
    }
    contexts = {
        role: browser.new_context(
            color_scheme=theme, viewport={"width": width, "height": HEIGHT}, bypass_csp=True, **options
        )
        for role in people
    }
    for role, person in people.items():
        if person is not None:
            sign_in(contexts[role], site, person)
    yield contexts
    for context in contexts.values():
        context.close()


def sign_in(context: BrowserContext, site: str, person: Person) -> None:
    """Sign somebody in through the page, as people do."""
    page = context.new_page()
    page.goto(f"{site}/login")
    page.fill("input[name=email]", person.email)
    page.fill("input[name=password]", person.password)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)
    page.close()


def look(
    context: BrowserContext,
    address: str,
    status: int = 200,
    accessibility: Accessibility | None = None,
    narrower: Iterable[int] = (),
    themes: Sequence[Theme] = (),
) -> list[str]:
    """Open a page and tell what is wrong with it, also at `narrower` widths and in each of `themes`.

    `accessibility` measures it by axe. The first of `themes` is the one that the context has.

    The context's window is used again for the next page, which spares a process of the browser.
    """
    page = context.pages[0] if context.pages else context.new_page()
    complaints: list[str] = []
    told = {
        "console": lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        "pageerror": lambda error: complaints.append(str(error)),
    }
    for event, listener in told.items():
        page.on(event, listener)  # type: ignore[call-overload]
    widest = page.viewport_size
    answer = page.goto(address, wait_until="load")
    problems = [] if answer is None or answer.status == status else [f"answered {answer.status}, not {status}"]
    problems += _seen(page, accessibility, themes)
    for width in narrower:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        problems += [f"at {width} px: {problem}" for problem in _seen(page, accessibility, themes)]
    problems += [text for text in complaints if f"status of {status}" not in text]
    for event, listener in told.items():
        page.remove_listener(event, listener)
    if widest is not None and page.viewport_size != widest:
        page.set_viewport_size(widest)
    return problems


def _seen(page: Page, accessibility: Accessibility | None, themes: Sequence[Theme]) -> list[str]:
    """What is wrong with a page at the width that its window has now."""
    found = _wrong(page, accessibility)
    for theme in themes[1:]:
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {problem}" for problem in _wrong(page, accessibility)]
    if themes[1:]:
        page.emulate_media(color_scheme=themes[0])
    return found


def _wrong(page: Page, accessibility: Accessibility | None) -> list[str]:
    wide = [f"sticks out of the page: {element}" for element in too_wide(page)]
    return [*wide, *(accessibility.problems(page) if accessibility else [])]


def too_wide(page: Page) -> list[str]:
    """The markup of what makes the page scroll sideways."""
    found: list[str] = page.evaluate(_WIDE)
    return found
