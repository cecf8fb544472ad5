"""Every type of page of the core: where it is and who sees it. The browser tests and screenshots go through this list.

Add a page type here with the page. A plugin hands a list of its own to the same checks (`page_checks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from muniment.testing.showcase import Showcase
from muniment.web.ui.environment import TEMPLATES

#: `stranger`: a visitor, and only visitors see this.
Role = Literal["stranger", "visitor", "owner", "administrator"]

#: Who else sees a page of a role.
SEEN_BY: Mapping[Role, tuple[Role, ...]] = {
    "stranger": ("visitor",),
    "visitor": ("visitor", "owner", "administrator"),
    "owner": ("owner",),
    "administrator": ("administrator",),
}


@dataclass(frozen=True)
class PageType:
    """A page: `address` is a path, or makes what the page needs and returns its path.

    `role` is who comes to see it; with the full suite all that `SEEN_BY` names do. `both_themes` is False for pages
    that show both themes at once.
    """

    name: str
    address: str | Callable[[Showcase], str]
    role: Role = "visitor"
    status: int = 200
    both_themes: bool = True

    def path(self, showcase: Showcase) -> str:
        return self.address if isinstance(self.address, str) else self.address(showcase)


def _front(show: Showcase) -> str:
    return "/" if show.newest and show.crowd else ""


def _search(show: Showcase) -> str:
    return "/search?q=deep+OR+and&resource_type=dataset&subject=Sea+ice" if show.record else ""


def _uploads(show: Showcase) -> str:
    return "/me/uploads" if show.draft and show.record else ""


def _styleguide() -> tuple[PageType, ...]:
    names = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))
    return tuple(
        PageType(f"styleguide-{name}", f"/_styleguide/{name}", "administrator", both_themes=False) for name in names
    )


def _control() -> tuple[PageType, ...]:
    """The control panel, with something to look after."""
    pages: dict[str, str | Callable[[Showcase], str]] = {
        "overview": lambda show: "/control" if show.trouble else "",
        "users": lambda show: "/control/users" if show.trouble else "",
        "user": lambda show: f"/control/users/{show.owner.subject}",
        "user-block": lambda show: f"/control/users/{show.owner.subject}/block",
        "invite": "/control/users/invite",
        "roles": "/control/roles",
        "domains": "/control/domains",
        "domain": "/control/domains/example.org",
        "role": "/control/roles/administrator",
        "records": lambda show: "/control/records" if show.withdrawn and show.restricted else "",
        "record": lambda show: f"/control/records/{show.edited}",
        "record-revisions": lambda show: f"/control/records/{show.edited}/revisions?all=1",
        "record-delete": lambda show: f"/control/records/{show.edited}/delete",
        "drafts": lambda show: "/control/drafts" if show.draft else "",
        "vocabularies": "/control/vocabularies",
        "terms": "/control/vocabularies/licenses",
        "term": "/control/vocabularies/licenses/terms/cc-by-4.0",
        "appearance": "/control/appearance",
        "texts": "/control/texts",
        "menus": "/control/menus",
        "pages": lambda show: "/control/pages" if show.words else "",
        "page": lambda show: f"/control/pages/{show.words}",
        "banners": lambda show: "/control/banners" if show.words else "",
        "banner": lambda show: "/control/banners/1" if show.words else "",
        "jobs": lambda show: "/control/jobs" if show.trouble else "",
        "outbox": lambda show: "/control/outbox" if show.trouble else "",
        "outbox-drop": lambda show: f"/control/outbox/{show.trouble}/drop",
        "index": "/control/index",
        "audit": lambda show: "/control/audit" if show.trouble else "",
        "settings": "/control/settings",
        "plugins": "/control/plugins",
        "plugin": "/control/plugins/datacite",
        "plugin-settings": "/control/plugins/datacite/settings",
        "hooks": "/control/hooks",
        "system": "/control/system",
    }
    return tuple(PageType(f"control-{name}", address, "administrator") for name, address in pages.items())


CORE_PAGES: tuple[PageType, ...] = (
    PageType("front", _front),
    PageType("search", _search),
    PageType("search-all", "/search"),
    PageType("search-query-error", "/search?q=%22a", status=400),
    PageType("search-no-result", "/search?q=nothingatall"),
    PageType("help", "/help"),
    PageType("search-help", "/help/search"),
    PageType("deposit-help", "/help/deposit"),
    PageType("api-help", "/help/api"),
    PageType("api-operations", "/help/api/drafts"),
    PageType("api-shapes", "/help/api/shapes"),
    PageType("privacy-notice", "/about/privacy"),
    PageType("record", lambda show: f"/records/{show.newest}"),
    PageType("record-older-version", lambda show: f"/records/{show.record}"),
    PageType("record-many-authors", lambda show: f"/records/{show.crowd}"),
    PageType("record-closed-files", lambda show: f"/records/{show.closed_files}"),
    PageType("record-restricted", lambda show: f"/records/{show.restricted}", "owner"),
    PageType("file-preview", lambda show: f"/records/{show.record}/preview/tables/2016/a.csv"),
    PageType("tombstone", lambda show: f"/records/{show.withdrawn}", status=410),
    PageType("new-upload", "/uploads/new", "owner"),
    PageType("draft-form", lambda show: f"/uploads/{show.draft}?check=1", "owner"),
    PageType("draft-form-full", lambda show: f"/uploads/{show.full_draft}", "owner"),
    PageType("draft-publish", lambda show: f"/uploads/{show.full_draft}/publish", "owner"),
    PageType("draft-discard", lambda show: f"/uploads/{show.draft}/discard", "owner"),
    PageType("record-edit", lambda show: f"/records/{show.newest}/edit", "owner"),
    PageType("record-delete", lambda show: f"/records/{show.newest}/delete", "owner"),
    PageType("record-of-owner", lambda show: f"/records/{show.newest}?published=1", "owner"),
    PageType("draft-preview", lambda show: f"/records/{show.draft}?preview=1", "owner"),
    PageType("error-forbidden", lambda show: f"/records/{show.restricted}", "stranger", status=403),
    PageType("error-not-found", "/records/999999", status=404),
    PageType("licences", "/licences"),
    PageType("sign-in", "/login", "stranger"),
    PageType("sign-up", "/signup", "stranger"),
    PageType("lost-password", "/lost-password", "stranger"),
    PageType("link-refused", "/set-password?token=worn-out", "stranger", status=422),
    PageType("uploads", _uploads, "owner"),
    PageType("uploads-drafts", lambda show: "/me/uploads?tab=drafts&state=draft" if show.draft else "", "owner"),
    PageType("uploads-no-match", lambda show: "/me/uploads?q=nothingatall" if show.draft else "", "owner"),
    PageType("settings-profile", "/account/settings/profile", "owner"),
    PageType("settings-security", "/account/settings/security", "owner"),
    PageType("settings-tokens", "/account/settings/applications", "owner"),
    PageType("settings-preferences", "/account/settings/preferences", "owner"),
    PageType("settings-data", "/account/settings/privacy", "owner"),
    PageType("account-delete", "/account/settings/delete", "owner"),
    PageType("account-deactivate", "/account/settings/deactivate", "owner"),
    PageType("sign-out", "/logout", "owner"),
    PageType("page", lambda show: f"/pages/{show.words}", "administrator"),
    *_control(),
    PageType("styleguide-tokens", "/_styleguide", "administrator"),
    *_styleguide(),
)
