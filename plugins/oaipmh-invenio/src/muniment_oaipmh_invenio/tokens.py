"""Resumption tokens as Invenio makes them; the place of this repository rides where a search server has its scroll."""

from __future__ import annotations

from typing import Any

from invenio_oaiserver.resumption_token import ResumptionToken, serialize
from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, base64_encode

from muniment_oaipmh.api import Answer, Resumption


class Pagination:
    """What Invenio asks about a page. Its cursor is the number of pages before times their size, which here is 1."""

    def __init__(self, resumption: Resumption) -> None:
        self.page = resumption.cursor + 1
        self.per_page = 1
        self.total = resumption.total
        self.has_next = bool(resumption.place)
        self.next_num = self.page + 1
        self._scroll_id = resumption.place


def arguments(answer: Answer) -> dict[str, str]:
    """What Invenio keeps in a token besides the place."""
    prefix = getattr(answer.content, "prefix", "")
    return {"verb": answer.verb, **({"metadataPrefix": prefix} if prefix else {})}


def token_of(answer: Answer) -> str:
    """The token of an answer that has one."""
    if answer.resumption is None:
        return ""
    return str(serialize(Pagination(answer.resumption), **arguments(answer)) or "")


def text_of(token: str, verb: str) -> str:
    """The place in a token; raises `ValueError` for one that Invenio does not take, or that is not as it wrote it."""
    try:
        if any(base64_encode(base64_decode(part)).decode() != part for part in token.removeprefix(".").split(".")):
            raise ValueError("not as it was written")
        found: dict[str, Any] = ResumptionToken()._deserialize(token, None, {"verb": verb})
        return str(found["scroll_id"])
    except (BadData, KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error
