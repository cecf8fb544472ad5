"""Requests by the API, at InvenioRDM's addresses and with its JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from muniment.api import (
    BlueprintSpec,
    NotFound,
    PermissionDenied,
    Problem,
    ValidationFailed,
    access,
    answer_json,
    document,
    json_body,
    query,
    read_object,
    session,
    the_actor,
    the_repository,
)
from muniment_requests.arguments import asked_for, number
from muniment_requests.conversation import NO_COMMENT, PAGE
from muniment_requests.listing import SORTS, Asked, Found
from muniment_requests.parties import Party
from muniment_requests.rendering import line_json
from muniment_requests.request import Line, Request
from muniment_requests.rest_files import add_files, sent_files
from muniment_requests.schemas import CHANGES, EVENT, REQUEST, SAID, list_of

if TYPE_CHECKING:
    from muniment_requests.plugin import Plugin

_TAG: Final = "Requests"
_FLAG: Final = {"type": "boolean"}
_BY_GET: Final = (
    "A change by GET, as InvenioRDM's clients ask for it; so it takes a token, and no session of a browser."
)
_QUERY: Final = (
    query("q", "Words in the title, the description or a comment."),
    query("type", "The id of a type; can be repeated."),
    query("status", "A state; can be repeated."),
    query("is_open", "Only those that wait for a decision, or only the others.", _FLAG),
    query("created_by", "Who made it, like `user:3`."),
    query("receiver", "Whom it is addressed to, like `group:moderator`."),
    query("topic", "What it is about, like `record:12`."),
    query("shared_with_me", "Only what others ask of you.", _FLAG),
    query("sort", f"One of {', '.join(SORTS)}.", {"type": "string", "enum": list(SORTS)}),
    query("page", "From 1.", {"type": "integer", "minimum": 1}),
    query("size", "How many on a page, 100 at most.", {"type": "integer", "minimum": 1}),
)
_ABOUT: Final = tuple(one for one in _QUERY if one.name != "topic")


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("requests_api", __name__)

    def rule(method: Callable[..., Any], address: str, summary: str, **more: Any) -> Callable[[Any], Any]:
        """A route for those who are signed in."""

        def decorate(view: Any) -> Any:
            documented = document(summary, tag=_TAG, **more)(view)
            return method(address)(access("authenticated")(session("optional")(documented)))

        return decorate

    @rule(api.get, "/requests", "List your requests", query=_QUERY, answers={200: list_of(REQUEST)})
    def requests() -> Response:
        return _list(plugin, "/api/requests", asked_for(request.args))

    @rule(api.get, "/user/requests", "List your requests", query=_QUERY, answers={200: list_of(REQUEST)})
    def own() -> Response:
        return _list(plugin, "/api/user/requests", asked_for(request.args))

    @rule(
        api.get,
        "/records/<id>/requests",
        "List your requests about a record or draft",
        path={"id": "The id of a record or draft that you may see."},
        query=_ABOUT,
        answers={200: list_of(REQUEST)},
    )
    def about(id: str) -> Response:
        number = plugin.requests.topic_for(the_actor(), id)
        asked = replace(asked_for(request.args), topic=Party("record", number).text)
        return _list(plugin, f"/api/records/{number}/requests", asked)

    @rule(api.get, "/requests/<id>", "Read a request", answers={200: REQUEST})
    def read(id: str) -> Response:
        return _one(plugin, plugin.requests.get(the_actor(), id))

    @rule(api.put, "/requests/<id>", "Change a request", body=json_body(CHANGES), answers={200: REQUEST})
    def change(id: str) -> Response:
        return _one(plugin, plugin.requests.change(the_actor(), id, read_object()))

    @rule(api.delete, "/requests/<id>", "Delete a request that was not submitted", answers={204: None})
    def delete(id: str) -> Response:
        plugin.requests.delete(the_actor(), id)
        return Response(status=204)

    @rule(
        api.post,
        "/requests/<id>/actions/<action>",
        "Take an action",
        description="`submit`, `accept`, `decline` or `cancel`, with a comment or without; some types take terms of "
        "what is accepted in the payload too.",
        body=json_body(SAID, required=False),
        answers={200: REQUEST},
        errors=(409,),
    )
    def act(id: str, action: str) -> Response:
        sent = read_object()
        content = _content(sent, required=False)
        more = sent.get("payload") or {}
        files = sent_files(sent) or ()
        return _one(plugin, plugin.requests.act(the_actor(), id, action, content, sent=more, files=files))

    @rule(api.get, "/requests/<id>/lock", "Lock a conversation", description=_BY_GET, answers={204: None})
    def lock(id: str) -> Response:
        return _locked(plugin, id, locked=True)

    @rule(api.get, "/requests/<id>/unlock", "Unlock a conversation", description=_BY_GET, answers={204: None})
    def unlock(id: str) -> Response:
        return _locked(plugin, id, locked=False)

    @rule(api.post, "/requests/<id>/comments", "Write a comment", body=json_body(SAID), answers={201: EVENT})
    def comment(id: str) -> Response:
        sent = read_object()
        line = plugin.requests.conversation.comment(the_actor(), id, _content(sent), files=sent_files(sent) or ())
        return _line(plugin, id, line, 201)

    @rule(api.get, "/requests/<id>/comments/<comment>", "Read a comment", answers={200: EVENT})
    def read_comment(id: str, comment: str) -> Response:
        return _line(plugin, id, plugin.requests.conversation.get(the_actor(), id, comment))

    @rule(
        api.put,
        "/requests/<id>/comments/<comment>",
        "Change a comment",
        body=json_body(SAID),
        answers={200: EVENT},
    )
    def edit_comment(id: str, comment: str) -> Response:
        sent = read_object()
        line = plugin.requests.conversation.edit(the_actor(), id, comment, _content(sent), sent_files(sent))
        return _line(plugin, id, line)

    @rule(api.delete, "/requests/<id>/comments/<comment>", "Remove a comment", answers={204: None})
    def remove_comment(id: str, comment: str) -> Response:
        plugin.requests.conversation.remove(the_actor(), id, comment)
        return Response(status=204)

    @rule(
        api.post,
        "/requests/<id>/comments/<comment>/reply",
        "Answer a comment",
        body=json_body(SAID),
        answers={201: EVENT},
    )
    def reply(id: str, comment: str) -> Response:
        sent = read_object()
        line = plugin.requests.conversation.comment(the_actor(), id, _content(sent), comment, sent_files(sent) or ())
        return _line(plugin, id, line, 201)

    @rule(
        api.get,
        "/requests/<id>/comments/<comment>/replies",
        "List the answers to a comment",
        answers={200: list_of(EVENT)},
    )
    def replies(id: str, comment: str) -> Response:
        return _replies(plugin, id, comment, plugin.requests.conversation.replies(the_actor(), id, comment))

    @rule(
        api.get,
        "/requests/<id>/comments/<comment>/replies_focused",
        "List the answers to a comment that has a certain one",
        description="All of them, as `replies` does; 404 where that answer is none of them.",
        query=(query("focus_event_id", "The answer."),),
        answers={200: list_of(EVENT)},
    )
    def replies_focused(id: str, comment: str) -> Response:
        lines = plugin.requests.conversation.replies(the_actor(), id, comment)
        if request.args.get("focus_event_id") not in {line.id for line in lines}:
            raise NotFound(NO_COMMENT)
        return _replies(plugin, id, comment, lines)

    @rule(
        api.get,
        "/requests/<id>/timeline",
        "Read a conversation",
        query=(
            query("page", "From 1.", {"type": "integer", "minimum": 1}),
            query(
                "size", f"How many on a page, {PAGE} at most; answers come with what they answer.", {"type": "integer"}
            ),
        ),
        answers={200: list_of(EVENT)},
    )
    def timeline(id: str) -> Response:
        page, size = number(request.args, "page", 1, 10_000), number(request.args, "size", 25, PAGE)
        found = plugin.requests.get(the_actor(), id)
        lines, total = plugin.requests.conversation.lines(the_actor(), id, page=page, size=size)
        return _lines(found, lines, total, "/timeline", {"page": page, "size": size})

    @rule(
        api.get,
        "/requests/<id>/timeline_focused",
        "Read the page of a conversation with one comment",
        query=(query("focus_event_id", "The comment."), query("size", f"{PAGE} at most.", {"type": "integer"})),
        answers={200: list_of(EVENT)},
    )
    def focused(id: str) -> Response:
        size = number(request.args, "size", 25, PAGE)
        found = plugin.requests.get(the_actor(), id)
        page = plugin.requests.conversation.page_of(the_actor(), id, request.args.get("focus_event_id", ""), size)
        lines, total = plugin.requests.conversation.lines(the_actor(), id, page=page, size=size)
        return _lines(found, lines, total, "/timeline", {"page": page, "size": size})

    add_files(plugin, rule, api)
    return BlueprintSpec(api, "api")


def _locked(plugin: Plugin, id: str, *, locked: bool) -> Response:
    """Any page could have a browser send GET, with the cookie of its user: a token is nothing that it sends."""
    actor = the_actor()
    if actor.via == "session":
        raise PermissionDenied("Use a token for this, or the page of the request.")
    plugin.requests.lock(actor, id, locked=locked)
    return Response(status=204)


def _site() -> str:
    return the_repository().config.site.url.rstrip("/")


def _one(plugin: Plugin, found: Request) -> Response:
    return answer_json(plugin.requests.json(the_actor(), found))


def _list(plugin: Plugin, path: str, asked: Asked) -> Response:
    actor = the_actor()
    found: Found = plugin.requests.list(actor, asked)
    hits = plugin.requests.all_json(actor, found.requests)
    links = {"self": _address(path, asked.page)}
    if asked.page > 1:
        links["prev"] = _address(path, asked.page - 1)
    if asked.page * asked.size < found.total:
        links["next"] = _address(path, asked.page + 1)
    return answer_json({"hits": {"hits": hits, "total": found.total}, "sortBy": asked.sort, "links": links})


def _address(path: str, page: int) -> str:
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    return f"{_site()}{path}?{urlencode([*pairs, ('page', page)])}"


def _line(plugin: Plugin, id: str, line: Line, status: int = 200) -> Response:
    actor = the_actor()
    found = plugin.requests.get(actor, id)
    ids = plugin.requests.conversation.ids([line])
    return answer_json(line_json(_site(), actor, found, line, ids), status)


def _lines(found: Request, lines: list[Line], total: int, path: str, page: dict[str, int]) -> Response:
    actor, ids = the_actor(), {line.number: line.id for line in lines}
    hits = [line_json(_site(), actor, found, line, ids) for line in lines]
    own = f"{_site()}/api/requests/{found.id}{path}"
    links = {"self": f"{own}?{urlencode(page)}" if page else own}
    if page and page["page"] * page["size"] < total:
        links["next"] = f"{own}?{urlencode({**page, 'page': page['page'] + 1})}"
    return answer_json({"hits": {"hits": hits, "total": total}, "sortBy": "oldest", "links": links})


def _replies(plugin: Plugin, id: str, comment: str, lines: list[Line]) -> Response:
    found = plugin.requests.get(the_actor(), id)
    return _lines(found, lines, len(lines), f"/comments/{comment}/replies", {})


def _content(sent: dict[str, Any], *, required: bool = True) -> str:
    payload = sent.get("payload")
    if payload is None and not required:
        return ""
    if not isinstance(payload, dict):
        raise ValidationFailed(errors=[Problem("payload", "Not a valid mapping.")])
    if payload.get("format", "html") != "html":
        raise ValidationFailed(errors=[Problem("payload.format", "Only html is understood.")])
    content = payload.get("content", "")
    if not isinstance(content, str):
        raise ValidationFailed(errors=[Problem("payload.content", "Not a valid string.")])
    return content
