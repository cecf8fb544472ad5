"""Where owners meet what they can do with their record: beside its title, and on narrow pages below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import sign_in
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

#: Left and upper edge, right and lower edge of the parts of the page, in px.
EDGES = """names => names.map(name => {
  const box = document.querySelector(name).getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom].map(Math.round);
})"""
PARTS = [".record-head", ".owner-box", ".record-rest", ".record-side"]
#: Those parts in the order in which the keyboard comes to them.
ORDER = """names => {
  const found = [...document.querySelectorAll('main a[href], main button, main summary, main select')]
    .map(one => names.find(name => one.closest(name)));
  return found.filter((name, place) => name && name !== found[place - 1]);
}"""
TWICE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""


@pytest.fixture
def show(repository: Any) -> Showcase:
    return Showcase(repository)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_box_follows_the_title_of_the_record(browser: Browser, site: str, show: Showcase, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    sign_in(context, site, show.owner)
    page = context.new_page()
    page.goto(f"{site}/records/{show.newest}")
    head, box, rest, side = page.evaluate(EDGES, PARTS)
    assert page.evaluate(ORDER, PARTS) == PARTS[1:]
    assert page.evaluate(TWICE) == []
    if width == 390:
        assert head[3] <= box[1]
        assert box[3] <= rest[1]
        assert rest[3] <= side[1], "one below the other"
    else:
        assert box[0] > head[2]
        assert box[1] == head[1]
        assert rest[1] == head[3], "no gap below the title, however high the box is"
        assert 0 < side[1] - box[3] < 24, "nor below the box, however long the record is"
    context.close()


def test_visitors_get_the_page_without_it(client: Any, make_record: Any) -> None:
    page = client.get(f"/records/{make_record().id}").get_data(as_text=True)
    assert '<article class="record-main">' in page
    assert not [name for name in ("owner", "record-parts", "record-rest") if f'"{name}' in page]
