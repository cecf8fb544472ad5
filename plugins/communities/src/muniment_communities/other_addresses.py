"""Addresses at which InvenioRDM has pages of a community, as clients and old links know them: they lead to ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import Address, NotFound, access, session, the_actor
from muniment_communities.community import Community
from muniment_communities.party import KIND

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

Way = Callable[[Community, Mapping[str, Any]], str]


def _home(community: Community, _values: Mapping[str, Any]) -> str:
    return str(Address(community.href, request.args.items(multi=True)))


def _request(_community: Community, values: Mapping[str, Any]) -> str:
    return f"/me/requests/{values['id']}"


def _settings(community: Community, values: Mapping[str, Any]) -> str:
    if values["id"] not in ("privileges", "pages", "curation_policy"):
        raise NotFound()
    return f"{community.href}/settings"


_WAYS: Final[Mapping[str, Way]] = {
    "records": _home,
    "browse": _home,
    "upload": lambda community, _values: f"/uploads/new?community={community.slug}",
    "requests": lambda community, _values: f"/me/requests?of={KIND}:{community.id}",
    "invitations/<uuid:id>": _request,
    "membership-requests/<uuid:id>": _request,
    "settings/members": lambda community, _values: f"{community.href}/members",
    "settings/<id>": _settings,
}


def add(pages: Blueprint, plugin: Plugin) -> None:
    for path, way in _WAYS.items():
        _lead(pages, plugin, path, way)


def _lead(pages: Blueprint, plugin: Plugin, path: str, way: Way) -> None:
    @pages.get(f"/<slug>/{path}", endpoint=f"other_{path.partition('/<')[0].replace('/', '_').replace('-', '_')}")
    @access("public")
    @session("optional")
    def lead(slug: str, **values: Any) -> BaseResponse:
        """Raises `NotFound` for a community that the reader may not know of."""
        return redirect(way(plugin.communities.get(the_actor(), slug), values))
