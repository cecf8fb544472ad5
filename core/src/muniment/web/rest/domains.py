"""`/api/domains`: what operators say about domains of e-mail addresses, in InvenioRDM's form."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response

from muniment.users.domain_fields import STATUSES, Domain
from muniment.users.domains import ORDERS
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.answers import answer_json, no_content
from muniment.web.rest.arguments import choice, flag, paging, text
from muniment.web.rest.bodies import read_object
from muniment.web.rest.conditional import expected_revision, tagged
from muniment.web.rest.document import BOOLEAN, IF_MATCH, PAGE, PRETTYPRINT, SIZE, document, json_body, query
from muniment.web.rest.domain_schemas import DOMAIN, DOMAIN_CHANGE, DOMAIN_INPUT, DOMAIN_PAGE
from muniment.web.rest.envelope import page_links

blueprint = Blueprint("domains", __name__)
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="api"),)

TAG: Final = "Domains"
PATH: Final = {"domain": "A domain of e-mail addresses, such as `example.org`."}
WORDS: Final = query("q", "Parts of a name.")
STATUS: Final = query("status", "Only domains of which this was said.", {"type": "string", "enum": list(STATUSES)})
FLAGGED: Final = query("flagged", "Only flagged domains, or only others.", BOOLEAN)
SORT: Final = query("sort", "An order; by name without one.", {"type": "string", "enum": list(ORDERS)})


@blueprint.get("/domains")
@access("moderation")
@session("optional")
@document(
    "List domains of e-mail addresses",
    tag=TAG,
    description="Those that operators have said something about, and those that accounts have.",
    query=(WORDS, STATUS, FLAGGED, SORT, PAGE, SIZE, PRETTYPRINT),
    answers={200: DOMAIN_PAGE},
)
def search() -> Response:
    page, size = paging()
    found = the_repository().users.domains.search(
        the_actor(),
        text("q"),
        status=choice("status", STATUSES) or "",
        flagged=flag("flagged") if text("flagged") else None,
        sort=choice("sort", ORDERS) or "",
        page=page,
        size=size,
    )
    site = the_repository().config.site.url
    return answer_json(
        {
            "hits": {"hits": [domain_document(domain) for domain in found.domains], "total": found.total},
            "sortBy": found.sort,
            "links": page_links(site, page=page, size=size, total=found.total),
        }
    )


@blueprint.post("/domains")
@access("moderation")
@session("optional")
@document(
    "Say something about a domain", tag=TAG, query=(PRETTYPRINT,), body=json_body(DOMAIN_INPUT), answers={201: DOMAIN}
)
def create() -> Response:
    return _answer(the_repository().users.domains.create(the_actor(), read_object()), 201)


@blueprint.get("/domains/<domain>")
@access("moderation")
@session("optional")
@document("Read a domain", tag=TAG, path=PATH, query=(PRETTYPRINT,), answers={200: DOMAIN})
def read(domain: str) -> Response:
    return _answer(the_repository().users.domains.get(the_actor(), domain))


@blueprint.put("/domains/<domain>")
@access("moderation")
@session("optional")
@document(
    "Change what is said about a domain",
    tag=TAG,
    description="It holds for who signs up from now on; accounts that are there stay as they are.",
    path=PATH,
    query=(PRETTYPRINT,),
    headers=(IF_MATCH,),
    body=json_body(DOMAIN_CHANGE),
    answers={200: DOMAIN},
    errors=(412,),
)
def update(domain: str) -> Response:
    data = read_object()
    return _answer(the_repository().users.domains.update(the_actor(), domain, data, expected_revision()))


@blueprint.delete("/domains/<domain>")
@access("moderation")
@session("optional")
@document(
    "Take back what is said about a domain",
    tag=TAG,
    path=PATH,
    headers=(IF_MATCH,),
    answers={204: None},
    errors=(412,),
)
def delete(domain: str) -> Response:
    the_repository().users.domains.delete(the_actor(), domain, expected_revision())
    return no_content()


def domain_document(domain: Domain) -> dict[str, Any]:
    """The JSON of a domain."""
    site, name = the_repository().config.site.url, quote(domain.name, safe="")
    return {
        "id": domain.name,
        "domain": domain.name,
        "tld": domain.name.rpartition(".")[2],
        "status": STATUSES[domain.status],
        "status_name": domain.status,
        "category": domain.category or None,
        "category_name": domain.category or None,
        "flagged": domain.flagged,
        "flagged_source": domain.flagged_source,
        "org": [dict(item) for item in domain.org] or None,
        **{f"num_{state}": number for state, number in domain.accounts.items()},
        "created": _moment(domain.created),
        "updated": _moment(domain.updated),
        "revision_id": domain.revision,
        "links": {
            "self": f"{site}/api/domains/{name}",
            "admin_self_html": f"{site}/control/domains/{name}",
            "admin_users_html": f"{site}/control/users?q={quote('@' + domain.name)}",
        },
    }


def _answer(domain: Domain, status: int = 200) -> Response:
    return tagged(answer_json(domain_document(domain), status), str(domain.revision))


def _moment(value: datetime | None) -> str | None:
    return value.isoformat(timespec="microseconds") if value else None
