"""The template environment of one application: where templates come from and what they may call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, get_translations, lazy_gettext
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader
from werkzeug.security import safe_join

from muniment.hooks.caller import PluginFailure
from muniment.web.current import the_actor
from muniment.web.ui import language, texts
from muniment.web.ui.assets import CORE_STATIC, Assets, assets_of, fingerprint
from muniment.web.ui.branding import Branding, branding, check_theme, is_address
from muniment.web.ui.compiled_templates import COMPILED
from muniment.web.ui.control_menu import control_items
from muniment.web.ui.navigation import Navigation, NavigationItem, NavigationLink, core_items
from muniment.web.ui.page_cache import PageCache
from muniment.web.ui.slots import Slots, UnknownSlot, declared_slots, unknown_slot
from muniment.web.ui.upload_view import upload_view
from muniment.web.ui.viewer import viewer
from muniment.web.ui.wording import display_date, file_size, number, version_text

if TYPE_CHECKING:
    from muniment.repository import Repository
    from muniment.settings.instance import Instance

TEMPLATES = Path(__file__).parent / "templates"
TRANSLATIONS = Path(__file__).parent / "translations"
_EXTENSION = "muniment_pages"
#: Icons of visitors' pages, and those that only pages show on which people work.
#: Marks of services in `marks.svg` that stand on buttons beside their name.
MARKS = frozenset({"orcid"})
SPRITES = ("vendor/lucide/1.62.0/sprite.svg", "vendor/lucide/1.62.0/working.svg")


@dataclass
class Pages:
    """What the pages of one application share."""

    repository: Repository
    assets: Assets
    navigation: Navigation
    slots: Slots
    record_pages: PageCache = field(default_factory=PageCache)
    _sites: dict[str, Branding] = field(default_factory=dict)
    _texts: dict[str, texts.Texts] = field(default_factory=dict)

    @property
    def static_folders(self) -> tuple[Path, ...]:
        """Where static files are looked for: the instance's first."""
        return (self.repository.instance.static, CORE_STATIC)

    def static_file(self, path: str) -> Path | None:
        """A static file by what follows ``/static/``: the instance's, else that of the plugin whose name the path
        begins with, else the core's."""
        name, _, rest = path.partition("/")
        own = next((plugin for plugin in self.repository.generation.plugins if plugin.name == name), None)
        instance, core = self.static_folders
        places = [(instance, path), *([(own.installed.static, rest)] if own is not None else []), (core, path)]
        for folder, below in places:
            found = safe_join(str(folder), below) if folder is not None else None
            if found is not None and Path(found).is_file():
                return Path(found)
        return None

    def site(self, code: str) -> Branding:
        """The branding in one language of the site."""
        if code not in self._sites:
            written: dict[str, str] = {}
            for texts_of_plugin in self.repository.hooks.register_site_texts():
                written |= texts_of_plugin
            self._sites[code] = branding(self.repository.config, self.repository.instance.static, code, written)
        return self._sites[code]

    def texts(self, code: str) -> texts.Texts:
        """The translated texts of the language of the request at hand."""
        if code not in self._texts:
            self._texts[code] = texts.Texts(get_translations())
        return self._texts[code]


def pages() -> Pages:
    """What the application of the request at hand shares among its pages."""
    return cast(Pages, current_app.extensions[_EXTENSION])


def install_environment(app: Flask, repository: Repository) -> None:
    """Prepare templates, translations and assets; called once while the application is built."""
    instance = repository.instance
    check_theme(repository.config, instance.static)
    shared = Pages(
        repository,
        assets_of(repository),
        Navigation(_menus(repository)),
        Slots(
            repository.hooks,
            lambda: the_actor().is_administrator,
            _declared_slots(repository),
            {plugin.name: plugin.installed.manifest.steady_slots for plugin in repository.generation.plugins},
        ),
    )
    shared.assets.build()
    app.extensions[_EXTENSION] = shared
    plugins = [plugin.installed for plugin in repository.generation.plugins]
    app.jinja_loader = template_loader(instance, [plugin.templates for plugin in plugins if plugin.templates])
    _install_languages(app, repository)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = COMPILED
    app.jinja_env.globals.update(_template_globals(shared))
    app.jinja_env.filters.update(
        number=lambda value: number(value, _locale()),
        version=version_text,
        size=lambda value: file_size(value, _locale()),
        date=lambda value, style="long": display_date(value, _locale(), style),
    )
    app.context_processor(_page_context)


def _menus(repository: Repository) -> Sequence[NavigationItem]:
    """The entries of all menus, as plugins have arranged them."""
    items = [*core_items(lazy_gettext), *control_items(), *repository.hooks.register_nav()]
    arranged: Sequence[NavigationItem] = repository.hooks.arrange_nav(value=items)
    return arranged


def _declared_slots(repository: Repository) -> dict[str, tuple[str, ...]]:
    """The slots that each plugin's manifest lists. Raises `PluginFailure` for one that no page has."""
    for plugin in repository.generation.plugins:
        for name in (*plugin.installed.manifest.slots, *plugin.installed.manifest.steady_slots):
            if name not in declared_slots():
                raise PluginFailure(plugin.name, "render_slot", UnknownSlot(unknown_slot(name)))
    return {plugin.name: plugin.installed.manifest.slots for plugin in repository.generation.plugins}


def template_loader(instance: Instance, plugins: Sequence[Path] = ()) -> BaseLoader:
    """The instance's templates, then the core's, then those of plugins. A template of the instance that replaces one of
    the core can still build on it: ``{% extends "core/layout.html" %}``."""
    core = FileSystemLoader(TEMPLATES)
    own = [FileSystemLoader(folder) for folder in plugins]
    return ChoiceLoader([FileSystemLoader(instance.templates), core, PrefixLoader({"core": core}), *own])


def _install_languages(app: Flask, repository: Repository) -> None:
    """Catalogues of enabled plugins, the core and the instance; a text that several have is the last one's."""
    instance = repository.instance
    of_plugins = [folder for plugin in repository.generation.plugins if (folder := plugin.installed.translations)]
    own = instance.path / "translations"
    folders = [*of_plugins, TRANSLATIONS, *([own] if own.is_dir() else [])]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(map(str, folders))
    Babel(app, locale_selector=language.display_locale, timezone_selector=lambda: instance.config.site.timezone)
    app.jinja_env.globals.update({"_": texts.gettext, "gettext": texts.gettext, "ngettext": texts.ngettext})


def _locale() -> str:
    return language.display_locale()


def _template_globals(shared: Pages) -> dict[str, Any]:
    def asset(name: str) -> str:
        return f"/assets/{shared.assets.file(name)}"

    def asset_styles() -> list[str]:
        return [asset(name) for name in shared.assets.styles()]

    @lru_cache(maxsize=256)
    def static_url(path: str) -> str:
        """The address of a static file, with a fingerprint unless its path carries a version."""
        if is_address(path):
            return path
        file = shared.static_file(path)
        version = "" if file is None or path.startswith("vendor/") else f"?v={fingerprint(file)}"
        return f"/static/{quote(path)}{version}"

    def nav(area: str) -> list[NavigationLink]:
        return shared.navigation.links(area, the_actor())

    def own_tabs() -> tuple[tuple[str, str, bool, None], ...]:
        """What plugins list beside one's own uploads."""
        return tuple((link.title, link.href, link.current, None) for link in nav("uploads"))

    return {
        "own_tabs": own_tabs,
        "asset": asset,
        "asset_styles": asset_styles,
        "static_url": static_url,
        "icon_url": lambda name: f"{static_url(_sprite_of(name))}#{name}",
        "mark_url": lambda name: f"{static_url('marks.svg')}#{name}",
        "favicon_url": lambda: _favicon(shared, static_url),
        "nav": nav,
        "slot": shared.slots.render,
        "csrf_token": _csrf_token,
        "new_upload_href": new_upload_href,
        "deposit_files": lambda draft: upload_view(shared.repository, the_actor(), draft, _locale()),
    }


@lru_cache(maxsize=1)
def icon_names() -> dict[str, str]:
    """Every icon, with the sprite that holds it."""
    return {
        name: sprite
        for sprite in SPRITES
        for name in re.findall(r'<symbol id="([^"]+)"', (CORE_STATIC / sprite).read_text(encoding="utf-8"))
    }


def _sprite_of(name: str) -> str:
    """The sprite that holds an icon, or the mark of a service, which buttons may show as one."""
    return "marks.svg" if name in MARKS else icon_names().get(name, SPRITES[0])


def _favicon(shared: Pages, static_url: Any) -> str:
    """The instance's `favicon.svg`, `.png` or `.ico`, else the core's."""
    own = shared.repository.instance.static
    name = next(
        (name for name in ("favicon.svg", "favicon.png", "favicon.ico") if (own / name).is_file()), "favicon.svg"
    )
    return str(static_url(name))


def new_upload_href() -> str:
    """Where a new upload begins; "" where no plugin or part of this application offers one."""
    return "/uploads/new" if "deposit.new" in current_app.view_functions else ""


def _csrf_token() -> str:
    from muniment.web.authentication import form_token_of_request

    return form_token_of_request()


def _page_context() -> dict[str, Any]:
    """What every template knows; mails and other texts are rendered without a request and need none of it."""
    if not has_request_context():
        return {}
    code = language.request_language()
    shared = pages()
    texts.speak(shared.texts(code))
    return {
        "site": shared.site(code),
        "viewer": viewer(),
        "locale_code": code.replace("_", "-"),
        "text_direction": language.text_direction(code),
        "site_languages": language.language_menu(),
        "show_search_box": request.endpoint not in ("front.page", "search.results"),
    }
