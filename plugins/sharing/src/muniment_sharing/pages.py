"""The pages of sharing: who has access to a record, what was shared with oneself, and records that change hands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from muniment.api import (
    InvalidRequest,
    MunimentError,
    NotFound,
    SearchPage,
    SearchRequest,
    access,
    session,
    strip_html,
    the_actor,
    the_repository,
    title_text,
)
from muniment_sharing.service import SharingService
from muniment_sharing.wording import asked_by_form, in_words, permissions, sentence

_SIZE: Final = 25
#: Where the page shows what a form did: its sections by the forms that are in them.
_SECTIONS: Final = {"": "people", "link": "links", "transfer": "transfer"}
_FIELDS: Final = ("link", "person", "group", "transfer")


def blueprint(service: SharingService) -> Blueprint:
    pages = Blueprint("sharing", __name__, template_folder="templates")
    _record_pages(pages, service)
    _own_pages(pages, service)
    _answer_pages(pages, service)
    return pages


def _record_pages(pages: Blueprint, service: SharingService) -> None:
    @pages.get("/records/<number>/share")
    @access("authenticated")
    @session("required")
    def share(number: str) -> Response:
        """Who has access to a record or draft besides its owner, and how to give it."""
        return _share_page(service, number)

    def act(path: str, done: str, deed: Callable[[str], object], part: str, endpoint: str) -> None:
        @pages.post(f"/records/<number>/share{path}", endpoint=endpoint)
        @access("authenticated")
        @session("required")
        def send(number: str) -> Response:
            try:
                deed(number)
            except MunimentError as error:
                if error.status in (403, 404):
                    raise
                return _share_page(service, number, part, error)
            return _redirect(url_for("sharing.share", number=number, done=done, _anchor=_SECTIONS[part]))

    act("/links", "link", lambda number: service.links.create(the_actor(), number, request.form), "link", "make_link")
    act(
        "/links/revoke",
        "revoked",
        lambda number: service.links.revoke(the_actor(), number, request.form.get("link", "")),
        "link",
        "revoke_link",
    )
    act(
        "/grants",
        "given",
        lambda number: service.grants.create(the_actor(), number, asked_by_form(request.form)),
        "",
        "give",
    )
    act(
        "/grants/change",
        "changed",
        lambda number: service.grants.change(
            the_actor(), number, request.form.get("kind", ""), request.form.get("subject", ""), request.form
        ),
        "",
        "change_grant",
    )
    act(
        "/grants/revoke",
        "ended",
        lambda number: service.grants.revoke(
            the_actor(), number, request.form.get("kind", ""), request.form.get("subject", "")
        ),
        "",
        "revoke_grant",
    )
    act(
        "/invitations/withdraw",
        "ended",
        lambda number: service.invitations.withdraw(the_actor(), number, request.form.get("invitation", "")),
        "",
        "withdraw_invitation",
    )
    act(
        "/transfer",
        "offered",
        lambda number: service.offers.offer(the_actor(), number, request.form),
        "transfer",
        "make_offer",
    )
    act(
        "/transfer/withdraw",
        "withdrawn",
        lambda number: service.offers.withdraw(the_actor(), number),
        "transfer",
        "withdraw_offer",
    )


def _own_pages(pages: Blueprint, service: SharingService) -> None:
    @pages.get("/me/shared")
    @access("authenticated")
    @session("optional")
    def shared() -> Response:
        """What others gave the reader access to, drafts where they may see them."""
        words = request.args.get("q", "").replace("\x00", "").strip()
        number = request.args.get("page", "1")
        page = int(number) if number.isascii() and number.isdigit() and 0 < int(number[:6]) <= 400 else 1
        asked = SearchRequest(q=words, page=page, size=_SIZE, shared_with_me=True, with_facets=False)
        try:
            found = the_repository().records.search_user(the_actor(), asked)
        except InvalidRequest as problem:
            message = " ".join(detail.message for detail in problem.errors) or problem.message
            return make_response(render_template("sharing/shared.html", rows=(), q=words, error=message), 400)
        given = dict(service.grants.of_reader(the_actor()))
        rows = [_row(item.data, given) for item in found.hits]
        return make_response(
            render_template("sharing/shared.html", rows=rows, q=words, error="", found=found, pages=_pages(found))
        )

    @pages.post("/me/shared/leave")
    @access("authenticated")
    @session("required")
    def leave() -> Response:
        """Give up what was shared with oneself."""
        actor = the_actor()
        service.grants.revoke(actor, request.form.get("record", ""), "user", str(actor.subject))
        return _redirect(url_for("sharing.shared", done="left"))


def _answer_pages(pages: Blueprint, service: SharingService) -> None:
    @pages.get("/sharing/invitations/<invitation_id>")
    @access("authenticated")
    @session("required")
    def invitation(invitation_id: str) -> Response:
        """Where the letter leads: whoever is signed in with the address gets the access, and then the record."""
        parent = service.invitations.parent_of(the_actor(), invitation_id)
        preview = "1" if parent.is_draft else None
        return _redirect(url_for("record_pages.page", number=parent.number, preview=preview))

    @pages.get("/sharing/offers/<offer_id>")
    @access("authenticated")
    @session("required")
    def offer(offer_id: str) -> Response:
        offered, parent = service.offers.read(the_actor(), offer_id)
        giver = the_repository().users.get(offered.giver)
        page = render_template(
            "sharing/offer.html",
            offer=offered,
            parent=parent,
            giver=giver.display_name or _("The owner"),
            keeps=in_words(offered.keep) if offered.keep else "",
            day=format_date(offered.expires, "long"),
        )
        return make_response(page)

    @pages.post("/sharing/offers/<offer_id>/accept")
    @access("authenticated")
    @session("required")
    def accept(offer_id: str) -> Response:
        parent = service.offers.accept(the_actor(), offer_id)
        return _redirect(url_for("sharing.share", number=parent.number, done="accepted"))

    @pages.post("/sharing/offers/<offer_id>/decline")
    @access("authenticated")
    @session("required")
    def decline(offer_id: str) -> Response:
        service.offers.decline(the_actor(), offer_id)
        return _redirect(url_for("sharing.shared", done="declined"))


def _share_page(service: SharingService, number: str, part: str = "", error: MunimentError | None = None) -> Response:
    actor, users = the_actor(), the_repository().users
    parent = the_repository().records.parent_for(actor, number)
    grants = service.grants.list(actor, number)
    names = {given.id: _name(given.id) for given in grants if given.kind == "user"}
    groups = {role.name: role.title or role.name for role in users.roles()}
    problems = _problems(error, part)
    found = service.context.hooks.sharing_sections(parent=parent, number=number)
    sections = [fragment.html for fragment in sorted(found, key=lambda fragment: fragment.order)]
    page = render_template(
        "sharing/share.html",
        number=number,
        parent=parent,
        back=url_for("record_pages.page", number=number, preview="1" if parent.is_draft else None),
        links=[(link, _address(parent, number, link)) for link in service.links.list(actor, number)],
        grants=[(given, names.get(given.id) or groups.get(given.id, given.id)) for given in grants],
        invitations=service.invitations.list(actor, number),
        offer=service.offers.of_record(actor, number),
        owner=_name(str(parent.owner)) if parent.owner is not None else "",
        is_owner=actor.is_administrator or actor.subject == parent.owner,
        groups=list(groups.items()),
        permissions=permissions(),
        in_words=in_words,
        day=lambda date: format_date(date, "medium"),
        sections=sections,
        problems=problems,
        errors=lambda name: [text for control, text in problems if control == name],
        form=request.form if error else {},
    )
    return make_response(page, 422 if error else 200)


def _address(parent: Any, number: str, link: Any) -> str:
    """The address that is handed out: of the form for those who edit, else of the page, of a draft where it is one."""
    site = the_repository().config.site.url
    if link.permission == "edit" and parent.is_draft:
        return f"{site}/uploads/{number}?token={link.token}"
    preview = "preview=1&" if parent.is_draft and link.permission == "preview" else ""
    return f"{site}/records/{number}?{preview}token={link.token}"


def _problems(error: MunimentError | None, part: str) -> list[tuple[str, str]]:
    """What is wrong, each with the control it belongs to."""
    if error is None:
        return []
    found = [(_control(problem.field, part), sentence(problem.message)) for problem in error.errors]
    return found or [("", sentence(error.message))]


def _control(field: str, part: str) -> str:
    name = field.rpartition(".")[2] if "." in field else field
    if field.startswith("grants."):
        return {"id": "who", "permission": "permission", "message": "message"}.get(name, "")
    return f"{part}-{name}" if part in _FIELDS else name


def _row(data: Mapping[str, Any], given: Mapping[int, str]) -> dict[str, Any]:
    metadata = data.get("metadata") or {}
    number, parent = str(data["id"]), data["parent"]
    permission = given.get(the_repository().records.number_of(parent["id"]), "view")
    owner = ((parent.get("access") or {}).get("owned_by") or {}).get("user")
    is_draft = bool(data.get("is_draft"))
    return {
        "id": number,
        "title": title_text(metadata.get("title")) or _("Untitled"),
        "summary": strip_html(str(metadata.get("description") or ""))[:160],
        "is_draft": is_draft,
        "permission": in_words(permission),
        "owner": _name(str(owner)) if owner else "",
        "href": url_for("record_pages.page", number=number, preview="1" if is_draft else None),
        "edits": permission in ("edit", "manage"),
        "manages": permission == "manage",
    }


def _name(subject: str) -> str:
    """What others read of somebody; never the address."""
    try:
        found = the_repository().users.get(int(subject)).display_name
    except (NotFound, ValueError):
        return str(_("Somebody who has left"))
    return str(found or _("Person %(number)s", number=subject))


def _pages(found: SearchPage) -> tuple[int, int]:
    return found.page, max(1, -(-found.total // found.size))


def _redirect(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]
