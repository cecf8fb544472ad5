"""Who may call an endpoint, and whether it sees the session cookie: declared on the view, checked at build.

    @blueprint.get("/account/devices")
    @access("authenticated")
    @session("required")
    def devices() -> str: ...

`access` is one of

* `"public"`: everybody; what the answer holds is the service's decision (records, drafts, files);
* `"authenticated"`: any signed-in person or token;
* a permission name, e.g. `"administration"`.

`session` says what the view does with cookies, and thereby how its answers may be cached:

* `"none"`: the view never learns who asks. Its answers set no cookie and are the same for everybody;
* `"optional"`: a page for all that shows more to those signed in. Without the session cookie or a token it is
  public, with `Vary: Cookie`, and sets no cookie; with one it is `private, no-store`;
* `"required"`: the view lives on the session (account pages, forms, sign-in). Always `private, no-store`; only these
  may set cookies. Whether one must be signed in is said by `access`, not here.

An endpoint that declares less does not load: the build of the application names it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

PUBLIC: Final = "public"
AUTHENTICATED: Final = "authenticated"

SessionUse = Literal["none", "optional", "required"]

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Policy:
    """The declaration of one endpoint."""

    access: str
    session: SessionUse


#: What holds when no endpoint was found (404, 405): nobody is asked who they are.
NO_ENDPOINT: Final = Policy(PUBLIC, "none")


class UndeclaredEndpoint(RuntimeError):
    """A view without `@access` or `@session`; the application, or the plugin that brought it, does not load."""


def access(who: str) -> Callable[[View], View]:
    """Declare who may call the view: `"public"`, `"authenticated"` or the name of a permission."""

    def decorate(view: View) -> View:
        view.__access__ = who  # type: ignore[attr-defined]
        return view

    return decorate


def session(use: SessionUse) -> Callable[[View], View]:
    """Declare what the view does with cookies: `"none"`, `"optional"` or `"required"`."""
    if use not in ("none", "optional", "required"):
        raise ValueError(f"session({use!r}): expected 'none', 'optional' or 'required'")

    def decorate(view: View) -> View:
        view.__session__ = use  # type: ignore[attr-defined]
        return view

    return decorate


def declared(view: Callable[..., Any], default_access: str | None = None) -> Policy | None:
    """The policy of a view, or None when it is incomplete; `default_access` is its blueprint's."""
    who = getattr(view, "__access__", default_access)
    use = getattr(view, "__session__", None)
    if who is None or use is None:
        return None
    return Policy(who, use)
