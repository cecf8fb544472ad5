"""Builds the deposit form of one request: from a draft as it is stored, or from a form that came back."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
from flask import request
from flask_babel import format_datetime, format_time

from muniment.errors import Problem
from muniment.records.items import RecordItem
from muniment.records.schemas import DraftSchema
from muniment.repository import Repository
from muniment.web.authentication import current_session
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.deposit.differences import fingerprints
from muniment.web.ui.deposit.draft_shape import draft_shape
from muniment.web.ui.deposit.names import parse_names
from muniment.web.ui.deposit.options import Options, shown_terms
from muniment.web.ui.deposit.part_values import with_parts, with_stored_parts, without_kept_parts
from muniment.web.ui.deposit.problems import ShownProblem, Tokens, shown_problems
from muniment.web.ui.deposit.reading import Reading, read_form
from muniment.web.ui.deposit.shape import ObjectNode
from muniment.web.ui.deposit.state import DepositForm
from muniment.web.ui.deposit.writing import fitted, form_pairs, written_part
from muniment.web.ui.language import request_language
from muniment.web.ui.term_choice import chosen_term

_FORM_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,40}", re.ASCII)
_SIZES_LAST: Final = 300.0  # seconds


@dataclass
class _Sizes:
    """How many terms each vocabulary has, counted anew every few minutes."""

    moment: float = 0.0
    counts: Mapping[str, int] | None = None


def the_shape() -> ObjectNode:
    """The shape of the form in this generation, in the language of the page."""
    repository = the_repository()
    return draft_shape(repository.identifiers, repository.fields, _sizes(repository), repository.records.parts)


def _sizes(repository: Repository) -> Mapping[str, int]:
    kept = repository.resources.get("deposit-vocabulary-sizes", _Sizes)
    if kept.counts is None or time.monotonic() > kept.moment + _SIZES_LAST:
        kept.counts = {info.vocabulary.name: info.count for info in repository.vocabularies.types()}
        kept.moment = time.monotonic()
    return kept.counts


def new_document() -> dict[str, Any]:
    """What a new form proposes: today, and this repository as publisher."""
    repository = the_repository()
    today = repository.now().astimezone(repository.config.site.zone).date()
    publisher = repository.config.site.publisher or repository.config.site.name
    return {
        "metadata": {"publication_date": today.isoformat(), "publisher": publisher},
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": True},
    }


def written(item: RecordItem) -> dict[str, Any]:
    """What a form writes of a draft."""
    return without_kept_parts(written_part(item.data), the_repository().records.parts)


def base_document(item: RecordItem | None) -> dict[str, Any]:
    """The document that the form of a draft is made from: as it is stored, with what was refused as it was sent."""
    if item is None:
        return new_document()
    document = written(item)
    for name, value in (item.as_sent or {}).items():
        if isinstance(value, Mapping):
            document[name] = dict(value)
    return document


def read_request(shape: ObjectNode, item: RecordItem | None) -> Reading:
    """What the form of this request says about a draft."""
    return _with_parts(read_form(request.form.items(multi=True), shape, fitted(shape, base_document(item)), look_up))


def read_again(shape: ObjectNode, shown: Mapping[str, Any], item: RecordItem | None) -> Reading:
    """The reading of a form as it would be sent when it showed `shown`."""
    return _with_parts(read_form(form_pairs(shape, shown), shape, fitted(shape, base_document(item)), look_up))


def _with_parts(reading: Reading) -> Reading:
    """The reading with the controls that plugins have put into the form for parts of theirs."""
    parts = the_repository().records.parts
    if not parts:
        return reading
    pairs = list(request.form.items(multi=True))
    return replace(
        reading,
        document=with_parts(reading.document, parts, pairs),
        shown=with_parts(reading.shown, parts, pairs),
    )


def sent_revision(item: RecordItem) -> int:
    """The revision that the form of this request was made from."""
    sent = request.form.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 12 else item.revision


def sent_form_key() -> str:
    """The name of the form of this request; "" when it has none that could be one."""
    sent = request.form.get("form_key", "")
    return sent if _FORM_KEY.fullmatch(sent) else ""


def normalised(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document as the schema stores it, so that two are alike when they mean the same."""
    repository = the_repository()
    loaded = (
        DraftSchema()
        .load(
            dict(document),
            resolve=repository.vocabularies.resolve,
            identifiers=repository.identifiers,
            fields=repository.fields,
        )
        .data
    )
    known = set(loaded)
    whole = {**loaded, **{key: value for key, value in document.items() if key not in known}}
    return with_stored_parts(whole, document, repository.records.parts)


def look_up(vocabulary: str, text: str, identifier: str) -> str | None:
    vocabularies = the_repository().vocabularies
    return chosen_term(vocabularies, vocabulary, text, identifier) if vocabulary in vocabularies.registered else None


def myself() -> dict[str, Any] | None:
    """The person who is signed in, as a creator; None for tokens and for those who told no name."""
    session = current_session()
    if session is None or not session.user.full_name:
        return None
    named = parse_names(session.user.full_name)
    if len(named) != 1:
        return None
    places = [{"name": name.strip()} for name in session.user.affiliations.split(";") if name.strip()]
    return {**named[0], **({"affiliations": places} if places else {})}


def form_of(
    item: RecordItem | None,
    shape: ObjectNode,
    value: Mapping[str, Any] | None = None,
    *,
    problems: Sequence[ShownProblem] = (),
    missing: Sequence[ShownProblem] = (),
    **more: Any,
) -> DepositForm:
    """The form of a draft, None for one that does not exist yet; `value` replaces what is stored."""
    repository = the_repository()
    options = Options(repository.vocabularies, request_language())
    shown = fitted(shape, base_document(item) if value is None else value)
    return DepositForm(
        shape=shape,
        value=shown,
        options=options,
        titles=options.titles(set(shown_terms(shape, shown))),
        schemes=repository.identifiers,
        fields=repository.fields,
        number=item.id if item is not None else "",
        revision=item.revision if item is not None else 0,
        saved=item.data if item is not None else {},
        problems=problems,
        missing=missing,
        knows_me=myself() is not None,
        subject=str(the_actor().subject or ""),
        form_key=sent_form_key() or secrets.token_urlsafe(12),
        base=base_marks(item),
        saved_at=clock(item),
        allows_restricted=repository.config.records.restricted,
        allows_metadata_only=repository.config.records.metadata_only,
        owner_delete_days=repository.config.records.owner_delete_days,
        file_modification_days=repository.config.records.file_modification_days,
        identifiers=repository.records.pids.choices(),
        publication=repository.records.publication(the_actor(), item.id) if item is not None else None,
        may_discard=item is None or repository.records.may_discard(the_actor(), item.id),
        **more,
    )


def base_marks(item: RecordItem | None) -> str:
    """Marks of the fields that a form is made from, as the form carries them."""
    return orjson.dumps(fingerprints(normalised(written(item)))).decode() if item is not None else ""


def clock(item: RecordItem | None) -> str:
    """When the draft was saved last: the time of today, else the day too, in the reader's time zone."""
    if item is None:
        return ""
    moment = datetime.fromisoformat(str(item.data["updated"])).astimezone(_zone())
    today = the_repository().now().astimezone(_zone()).date()
    return (
        str(format_time(moment, "short", rebase=False))
        if moment.date() == today
        else str(format_datetime(moment, "short", rebase=False))
    )


def _zone() -> ZoneInfo:
    session = current_session()
    chosen = session.user.timezone if session is not None else ""
    return ZoneInfo(chosen) if chosen else the_repository().config.site.zone


def mistakes(problems: Iterable[Problem], shape: ObjectNode, tokens: Tokens | None = None) -> list[ShownProblem]:
    """What is wrong with what was entered, at its places; what is merely not there yet is left out."""
    return [shown for shown in shown_problems(problems, shape, tokens) if not shown.missing]


def missing_in(
    item: RecordItem | None, actor: Any, shape: ObjectNode, tokens: Tokens | None = None
) -> list[ShownProblem]:
    """What stands against publishing a draft."""
    records = the_repository().records
    problems = records.what_is_needed() if item is None else records.what_is_missing(actor, item.id)
    if item is None:
        given = {f"metadata.{name}" for name in new_document()["metadata"]}
        problems = tuple(problem for problem in problems if problem.field not in given)
    return shown_problems(problems, shape, tokens)
