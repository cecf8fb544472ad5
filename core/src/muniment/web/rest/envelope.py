"""The list envelope, joined from the stored bytes of its hits: nothing is parsed and serialised again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import request

from muniment.web.rest.arguments import WINDOW, echoed


def page_links(site_url: str, *, page: int, size: int, total: int, path: str | None = None) -> dict[str, str]:
    """`self`, and `prev` and `next` where there is such a page within the window."""
    base = site_url + (path or request.path)
    arguments = [(name, value) for name, value in echoed() if name != "size"]

    def address(number: int) -> str:
        query = urlencode(sorted([*arguments, ("page", number), ("size", size)], key=lambda item: item[0]))
        return f"{base}?{query}"

    links = {"self": address(page)}
    if page > 1:
        links["prev"] = address(page - 1)
    if page * size < total and (page + 1) * size <= WINDOW:
        links["next"] = address(page + 1)
    return links


def join_list(
    bodies: Iterable[bytes],
    *,
    total: int,
    links: Mapping[str, str],
    sort_by: str | None = None,
    aggregations: Mapping[str, Any] | None = None,
) -> bytes:
    """The envelope around hits that are JSON bytes already."""
    parts = [b'{"hits":{"hits":[', b",".join(bodies), b'],"total":', str(total).encode(), b"}"]
    if aggregations is not None:
        parts += [b',"aggregations":', orjson.dumps(aggregations)]
    if sort_by:
        parts += [b',"sortBy":', orjson.dumps(sort_by)]
    parts += [b',"links":', orjson.dumps(dict(links)), b"}"]
    return b"".join(parts)
