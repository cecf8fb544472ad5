"""Which blueprints make up the application: those of the core, then those of plugins in plugin order."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from flask import Blueprint, Flask
from werkzeug.routing import Rule

from muniment.hooks.caller import PluginFailure
from muniment.web.access import AUTHENTICATED, PUBLIC, Policy, UndeclaredEndpoint, declared
from muniment.web.routing import GrowingMap, LazyRule

if TYPE_CHECKING:
    from muniment.repository import Repository

Mount = Literal["api", "ui", "root"]

_PREFIXES: Final[dict[str, str | None]] = {"api": "/api", "ui": None, "root": None}

CORE_OWNER: Final = "core"

#: Modules whose `BLUEPRINTS` (specifications, in order) are part of every application.
CORE_MODULES: Final = (
    "muniment.web.health",
    "muniment.web.rest.records",
    "muniment.web.rest.drafts",
    "muniment.web.rest.versions",
    "muniment.web.rest.user_records",
    "muniment.web.rest.files",
    "muniment.web.rest.containers",
    "muniment.web.rest.tus",
    "muniment.web.rest.names",
    "muniment.web.rest.openapi",
    "muniment.web.downloads",
    "muniment.web.ui.views",
)


class _Bare(Flask):
    """Takes routes without compiling them."""

    url_rule_class = LazyRule


@dataclass(frozen=True)
class BlueprintSpec:
    """A blueprint and where it goes.

    `mount` is ``api`` (below `/api`; every route carries `@document`), ``ui`` (pages) or ``root`` (machine addresses
    outside `/api`). `access` holds for endpoints without an `@access` of their own. `order` counts within a plugin.
    """

    blueprint: Blueprint
    mount: Mount
    access: str | None = None
    order: int = 0

    @property
    def routes(self) -> tuple[str, ...]:
        """The addresses with their methods, like ``GET /datacite/states``, in the order of the blueprint."""
        return tuple(
            f"{method} {rule.rule}"
            for rule in self._alone().url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        )

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permissions that its endpoints ask for, besides being signed in."""
        asked = {getattr(view, "__access__", self.access) for view in self._alone().view_functions.values()}
        return tuple(sorted(name for name in asked if name and name not in (PUBLIC, AUTHENTICATED)))

    def _alone(self) -> Flask:
        """An application with nothing but this blueprint."""
        app = _Bare("muniment.web", static_folder=None, template_folder=None)
        app.register_blueprint(self.blueprint, url_prefix=_joined(_PREFIXES[self.mount], self.blueprint.url_prefix))
        return app


@dataclass(frozen=True)
class Owned:
    """A specification and the plugin it comes from; `core` for the core's own."""

    owner: str
    spec: BlueprintSpec
    #: Route prefixes that the owner may use; None for the core, which may use any.
    prefixes: tuple[str, ...] | None = None


class RouteConflict(RuntimeError):
    """Two owners of one address, or an address outside the owner's own."""


def core_blueprints() -> Iterator[Owned]:
    """The core's blueprints. Modules are imported here, so that a command line without web does not pay for them."""
    for name in CORE_MODULES:
        for spec in importlib.import_module(name).BLUEPRINTS:
            yield Owned(CORE_OWNER, spec)


def plugin_blueprints(repository: Repository) -> Iterator[Owned]:
    """What the enabled plugins registered, with the prefixes that their manifests allow."""
    manifests = {plugin.name: plugin.installed.manifest for plugin in repository.generation.plugins}
    for contribution in repository.hooks.contributions("register_blueprints"):
        name = contribution.plugin
        manifest = manifests[name]
        prefixes = (f"/{name}", f"/api/{name}", f"/static/{name}", *manifest.routes)
        yield Owned(name, contribution.value, prefixes)


class Mounting:
    """Registers blueprints on an application and keeps who owns which address."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._addresses: dict[tuple[str, str], str] = {}
        self._seen = 0
        self.policies: dict[str, Policy] = {}
        self.owners: dict[str, str] = {}

    def mount(self, owned: Owned) -> None:
        """Register one blueprint and check its routes.

        Raises PluginFailure for a plugin's blueprint and RouteConflict, UndeclaredEndpoint or ValueError for a
        core one.
        """
        try:
            self._register(owned)
        except (RouteConflict, UndeclaredEndpoint, ValueError, AssertionError, TypeError) as error:
            if owned.owner == CORE_OWNER:
                raise
            raise PluginFailure(owned.owner, "register_blueprints", error) from error

    def _register(self, owned: Owned) -> None:
        if owned.spec.mount not in _PREFIXES:
            raise ValueError(f"mount is {owned.spec.mount!r}; it is 'api', 'ui' or 'root'")
        blueprint = owned.spec.blueprint
        prefix = _PREFIXES[owned.spec.mount]
        self._app.register_blueprint(blueprint, url_prefix=_joined(prefix, blueprint.url_prefix))
        self._check_routes(owned)
        self._check_declarations(owned)

    def _check_routes(self, owned: Owned) -> None:
        for rule in self._new_rules():
            if owned.prefixes is not None and not any(_below(rule.rule, prefix) for prefix in owned.prefixes):
                raise RouteConflict(
                    f"the route {rule.rule} is outside /{owned.owner}/ and /api/{owned.owner}/; "
                    "list it under 'routes' in plugin.toml"
                )
            for method in rule.methods or ():
                address = (_pattern(rule.rule), method)
                other = self._addresses.setdefault(address, owned.owner)
                if other != owned.owner:
                    raise RouteConflict(f"{method} {rule.rule} belongs to both {other} and {owned.owner}")
            self.owners[rule.endpoint] = owned.owner

    def _new_rules(self) -> Iterable[Rule]:
        rules = cast(GrowingMap, self._app.url_map).added
        fresh = rules[self._seen :]
        self._seen = len(rules)
        return fresh

    def _check_declarations(self, owned: Owned) -> None:
        missing = []
        for endpoint, view in self._app.view_functions.items():
            if endpoint in self.policies:
                continue
            policy = declared(view, owned.spec.access)
            if policy is None:
                missing.append(endpoint)
            else:
                self.policies[endpoint] = policy
        if missing:
            raise UndeclaredEndpoint(
                f"no @access and @session on: {', '.join(sorted(missing))}. Every endpoint declares both."
            )


def _joined(prefix: str | None, own: str | None) -> str | None:
    return f"{prefix or ''}{own or ''}" or None


def _below(rule: str, prefix: str) -> bool:
    base = prefix.rstrip("/")
    return rule == base or rule.startswith((f"{base}/", f"{base}."))


def _pattern(rule: str) -> str:
    """The rule without the names of its variables, so that `/a/<id>` and `/a/<key>` are the same address."""
    return re.sub(r"<(?:[^:<>]+:)?[^<>]+>", "<>", rule)
