"""The interface conforms to OAI-PMH 2.0; and the suite that says so finds what is wrong."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from muniment.api import RecordItem, Repository
from muniment_oaipmh.testing import CHECKS, CONFIGURATION, Subject, failures, make_subject

pytestmark = [pytest.mark.plugins("oaipmh"), pytest.mark.configuration("plugin", oaipmh=CONFIGURATION)]


@pytest.fixture
def subject(
    repository: Repository,
    client: FlaskClient,
    make_record: Callable[..., RecordItem],
    run_jobs: Callable[[], int],
    administrator: Any,
) -> Subject:
    return make_subject(repository, client, make_record, run_jobs, administrator.actor)


def test_the_protocol_is_kept(subject: Subject) -> None:
    assert len(CHECKS) > 45
    assert failures(subject) == {}


def _module(name: str) -> Any:
    return importlib.import_module(f"muniment_oaipmh.{name}")


@contextmanager
def broken(where: str, name: str, change: Callable[[Any], Any]) -> Iterator[None]:
    """Replace something of the engine by what `change` makes of it."""
    module, _, owner = where.partition(".")
    target = getattr(_module(module), owner) if owner else _module(module)
    before = target.__dict__[name]
    setattr(target, name, change(before))
    try:
        yield
    finally:
        setattr(target, name, before)


def _unescaped(before: Any) -> Any:
    return lambda of: before(replace(of, metadata=of.metadata and of.metadata.replace("&lt;Ih&gt;", "<b/>")))


#: What a server can do wrong, and the check that has to say so. Each is something that a real server did.
MUTATIONS: dict[str, tuple[str, str, Callable[[Any], Any], str]] = {
    "takes unknown arguments": ("arguments", "_check_names", lambda _: lambda *_a: None, "unknown_arguments_are_bad"),
    "takes any values": (
        "arguments",
        "_check_values",
        lambda _: lambda *_a: None,
        "malformed_sets_and_prefixes_are_bad",
    ),
    "takes any dates": ("arguments", "_check_span", lambda _: lambda *_a: None, "granularities_must_agree"),
    "ends a day at its beginning": (
        "arguments",
        "last_second",
        lambda _: _module("moments").first_second,
        "days_count_as_a_whole",
    ),
    "tells nothing of what is gone": (
        "answers",
        "header",
        lambda before: lambda of: before(of).replace(' status="deleted"', ""),
        "what_is_gone_is_told_without_metadata",
    ),
    "does not escape": ("answers", "record", _unescaped, "what_looks_like_markup_is_text"),
    "forgets the span on later pages": (
        "provider.Provider",
        "_place",
        lambda before: lambda self, request, moment: _without_span(before(self, request, moment), request),
        "spans_hold_on_later_pages",
    ),
    "forgets the set on later pages": (
        "provider.Provider",
        "_place",
        lambda before: lambda self, request, moment: _without_set(before(self, request, moment), request),
        "a_set_holds_what_is_in_it",
    ),
    "lists the last one twice": (
        "lists.Lists",
        "page",
        lambda before: (
            lambda self, span, after, size: before(self, span, [after[0], after[1] - 1] if after else None, size)
        ),
        "everything_is_listed_each_once",
    ),
    "loses one between pages": (
        "lists.Lists",
        "page",
        lambda before: lambda self, span, after, size: before(self, span, after, size + 1)[1 if after else 0 :],
        "everything_is_listed_each_once",
    ),
    "leaves the end of a span out": (
        "lists",
        "_values",
        lambda before: lambda span: before(replace(span, until=span.until - 1) if span.until else span),
        "spans_are_inclusive",
    ),
    "leaves the beginning of a span out": (
        "lists",
        "_values",
        lambda before: lambda span: before(replace(span, since=span.since + 1) if span.since else span),
        "spans_are_inclusive",
    ),
    "takes every token": (
        "tokens.Tokens",
        "_signature",
        lambda _: lambda _self, _body: b"0" * 16,
        "foreign_tokens_are_refused",
    ),
    "takes tokens that have come to their end": (
        "tokens.Place",
        "of",
        lambda before: classmethod(lambda cls, text, verb, _now: before.__func__(cls, text, verb, 0)),
        "expired_tokens_are_refused",
    ),
    "takes tokens of other verbs": (
        "tokens.Place",
        "of",
        lambda before: classmethod(lambda cls, text, verb, now: before.__func__(cls, text, json.loads(text)[0], now)),
        "tokens_belong_to_their_verb",
    ),
    "gives every record in any format": (
        "provider.Provider",
        "_format",
        lambda before: lambda self, prefix: before(self, "oai_dc"),
        "unknown_formats_cannot_be_had",
    ),
    "takes any identifier": (
        "identity.Identity",
        "number",
        lambda before: (
            lambda self, identifier, repository: before(
                self, self.identifier(identifier.rpartition(":")[2]), repository
            )
        ),
        "unknown_identifiers_do_not_exist",
    ),
    "counts wrongly": ("lists.Lists", "count", lambda _: lambda _self, _span: 7, "tokens_tell_how_far_it_is"),
    "has no closing token": (
        "answers",
        "resumption",
        lambda before: lambda at, token: before(at, token) if token else "",
        "pages_are_full_and_end_with_an_empty_token",
    ),
    "hides the sets in headers": (
        "provider.Provider",
        "_known_specs",
        lambda before: lambda self: before(self) - {"polar:ice"},
        "headers_name_their_sets",
    ),
    "ignores forms": ("views", "request", lambda _: _NoForm(), "post_is_answered_like_get"),
    "answers by day": (
        "answers",
        "shown",
        lambda before: lambda seconds: before(seconds)[:10],
        "nothing_is_older_than_the_earliest_datestamp",
    ),
    "takes a verb twice": ("arguments", "BadVerb", lambda _: _module("errors").BadArgument, "a_repeated_verb_is_bad"),
}


class _NoForm:
    """A request whose form nobody reads."""

    def __getattr__(self, name: str) -> Any:
        from flask import request
        from werkzeug.datastructures import MultiDict

        return MultiDict() if name == "form" else getattr(request, name)


def _without_span(place: Any, request: Any) -> Any:
    return replace(place, since=None, until=None) if request.token else place


def _without_set(place: Any, request: Any) -> Any:
    return replace(place, spec="") if request.token else place


def test_the_suite_finds_what_is_wrong(subject: Subject) -> None:
    unseen = []
    for mistake, (where, name, change, check) in MUTATIONS.items():
        with broken(where, name, change):
            if not failures(subject, [check]):
                unseen.append(mistake)
    assert unseen == []
    assert failures(subject) == {}, "a broken server was not mended"
