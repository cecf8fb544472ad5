"""Between the forms of pages and the JSON of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _

from muniment.api import MunimentError
from muniment_communities.community import POLICIES, Community
from muniment_communities.messages import worded

_CONTROLS: Final = {"theme.style.primaryColor": "accent", "theme.style.primaryColorDark": "accent_dark"}
_METADATA: Final = ("title", "description", "website", "curation_policy", "page")


def sent_by_form(form: Mapping[str, str]) -> dict[str, Any]:
    """What a form says of a community, as a program would send it. What a form leaves out it says nothing about."""
    metadata: dict[str, Any] = {name: form[name] for name in _METADATA if name in form}
    if form.get("type"):
        metadata["type"] = {"id": form["type"]}
    if "organizations" in form:
        metadata["organizations"] = [
            {"name": line.strip()} for line in form["organizations"].splitlines() if line.strip()
        ]
    sent: dict[str, Any] = {
        "metadata": metadata,
        "access": {name: form[name] for name in POLICIES if name in form},
    }
    if form.get("slug"):
        sent["slug"] = form["slug"].strip()
    if "children_shown" in form:
        sent["children"] = {"allow": "children" in form}
    if "theme_shown" in form:
        style = {
            "primaryColor": form.get("accent", "").strip(),
            "primaryColorDark": form.get("accent_dark", "").strip(),
        }
        sent["theme"] = {"enabled": "themed" in form, "style": style}
    return sent


def shown_by_form(community: Community) -> dict[str, Any]:
    """What a form shows of a community."""
    metadata = community.metadata
    style = community.theme.get("style") or {}
    names = [str(one.get("name") or one.get("id") or "") for one in metadata.get("organizations", ())]
    return {
        **{name: metadata.get(name, "") for name in _METADATA},
        **community.access,
        "slug": community.slug,
        "type": (metadata.get("type") or {}).get("id", ""),
        "organizations": "\n".join(names),
        "children": community.children_allowed,
        "themed": bool(community.theme),
        **({"accent": style["primaryColor"]} if style.get("primaryColor") else {}),
        "accent_dark": style.get("primaryColorDark", ""),
    }


def problems_of_form(error: MunimentError | None) -> list[tuple[str, str]]:
    """What is wrong, each with the control it belongs to."""
    if error is None:
        return []
    found = [(_control(problem.field), worded(problem.message)) for problem in error.errors]
    return found or [("", worded(error.message))]


def _control(field: str) -> str:
    if field in _CONTROLS:
        return _CONTROLS[field]
    parts = field.split(".")
    return parts[1] if parts[0] in ("metadata", "access") and len(parts) > 1 else parts[0]


def type_choices() -> list[tuple[str, str]]:
    return [
        ("", _("No type")),
        ("organization", _("Organization")),
        ("event", _("Event")),
        ("topic", _("Topic")),
        ("project", _("Project")),
    ]
