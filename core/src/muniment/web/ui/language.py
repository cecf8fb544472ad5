"""Which language a page is in: the reader's own, else `?lang=` (kept in a cookie), else what the browser prefers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import urlencode

from babel import Locale
from flask import Response, after_this_request, g, request
from werkzeug.datastructures import LanguageAccept

from muniment.access.actor import Actor
from muniment.web.caching import LANGUAGE_COOKIE
from muniment.web.current import state, the_actor

_YEAR: Final = 365 * 24 * 60 * 60  # seconds
_RIGHT_TO_LEFT: Final = frozenset({"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True)
class LanguageChoice:
    """An entry of the language menu; `href` is the page at hand in that language."""

    code: str
    name: str
    href: str
    current: bool


def choose_language(
    offered: tuple[str, ...], own: str | None, asked: str | None, kept: str | None, accepted: LanguageAccept
) -> str:
    """One of `offered` by the order of precedence; the first of them when nothing fits."""
    for wanted in (own, asked, kept):
        if wanted and (code := _offered(wanted, offered)):
            return code
    return next(filter(None, (_offered(code, offered) for code in accepted.values())), offered[0])


def _offered(wanted: str, offered: tuple[str, ...]) -> str | None:
    wanted = wanted.replace("_", "-").lower()
    by_code = {code.replace("_", "-").lower(): code for code in offered}
    return by_code.get(wanted) or by_code.get(wanted.partition("-")[0])


def request_language() -> str:
    """The language of the request at hand; asked for once, it also arranges `Vary` and the cookie."""
    chosen: str | None = g.get("muniment_language")
    if chosen is None:
        chosen = g.muniment_language = _choose()
    return chosen


def _choose() -> str:
    site = state().repository.config.site
    policy = state().policies.get(request.endpoint or "")
    if policy is None or policy.session == "none":
        # What is the same for everybody follows the browser only.
        return choose_language(site.languages, None, None, None, request.accept_languages)
    asked, kept = request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)
    chosen = choose_language(site.languages, the_actor().locale, asked, kept, request.accept_languages)

    @after_this_request
    def remember(response: Response) -> Response:
        response.vary.add("Accept-Language")
        if asked and _offered(asked, site.languages) and asked != kept:
            response.set_cookie(
                LANGUAGE_COOKIE,
                _offered(asked, site.languages) or "",
                max_age=_YEAR,
                secure=site.url.startswith("https:"),
                httponly=True,
                samesite="Lax",
            )
        return response

    return chosen


def reader() -> Actor:
    """The actor, with the language of the page at hand: titles that services look up are in it too."""
    return replace(the_actor(), locale=request_language())


def display_locale() -> str:
    """The locale for dates and numbers. Plain English is written the European way, day before month."""
    code = request_language()
    return "en_GB" if code == "en" else code


def text_direction(code: str) -> str:
    return "rtl" if code.partition("_")[0] in _RIGHT_TO_LEFT else "ltr"


def language_menu() -> list[LanguageChoice]:
    """The languages of the site under their own names; empty where the reader's preference decides."""
    offered = state().repository.config.site.languages
    if len(offered) < 2 or the_actor().locale:
        return []
    now = request_language()
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return [
        LanguageChoice(code, own_name(code), f"?{urlencode([*others, ('lang', code)])}", code == now)
        for code in offered
    ]


@lru_cache(maxsize=64)
def own_name(code: str) -> str:
    """ "Deutsch" for ``de``."""
    name = Locale.parse(code, sep="-" if "-" in code else "_").get_display_name(code) or code
    return name[:1].upper() + name[1:]
