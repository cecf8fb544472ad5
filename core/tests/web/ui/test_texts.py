"""Texts in templates."""

from __future__ import annotations

from gettext import NullTranslations
from typing import Any

from markupsafe import Markup

from muniment.web.ui.texts import Texts


class Upper(NullTranslations):
    def gettext(self, message: str) -> str:
        return message.replace("hello", "HALLO")


def test_what_is_filled_in_is_escaped_and_the_text_is_not() -> None:
    texts = Texts(Upper())
    assert texts.gettext("hello <b>%(name)s</b>", {"name": "<i>"}) == Markup("HALLO <b>&lt;i&gt;</b>")
    assert texts.gettext("hello <b>%(name)s</b>", {"name": Markup("<i>")}) == "HALLO <b><i></b>"


def test_a_text_means_the_same_with_and_without_variables() -> None:
    texts = Texts(NullTranslations())
    assert texts.gettext("100%% sure", {}) == "100% sure"
    assert texts.gettext("100%% %(word)s", {"word": "sure"}) == "100% sure"


def test_numbers_choose_the_form() -> None:
    texts = Texts(NullTranslations())
    assert [texts.ngettext("%(num)s file", "%(num)s files", number, {}) for number in (1, 2)] == ["1 file", "2 files"]
    assert texts.ngettext("%(count)s file", "%(count)s files", 1000, {"count": "1,000"}) == "1,000 files"


def test_two_languages_do_not_mix_in_one_process(client: Any) -> None:
    for _ in range(2):
        for code, words in (("de", "So wird gesucht"), ("en", "How to search")):
            page = client.get("/help/search", headers={"Accept-Language": code}).get_data(as_text=True)
            assert f"<h1>{words}</h1>" in page
