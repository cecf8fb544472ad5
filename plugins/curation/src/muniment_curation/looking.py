"""A submission as reviewers and the depositor see it on the page of its request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import get_locale
from markupsafe import Markup

from muniment.api import Actor, MunimentError, RecordItem, compare_editions, stored_html
from muniment_requests.api import Request

if TYPE_CHECKING:
    from muniment_curation.reviews import ReviewService


@dataclass(frozen=True)
class Change:
    """A field that was changed since the last review, with what it said and what it says, in lines."""

    label: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class SubmissionView:
    """What is shown. `changes` is None for a first review; `previous` is the address of the request before."""

    number: str
    title: str
    creators: tuple[str, ...]
    type: str
    description: Markup
    is_public: bool
    files: int
    changes: tuple[Change, ...] | None
    previous: str


def submission_view(service: ReviewService, actor: Actor, request: Request) -> SubmissionView | None:
    """None when the draft is gone, or is not the reader's to see. Who takes part in an open request sees its draft;
    once it is declined, withdrawn or over, it is the depositor's own again."""
    review = service.of_request(request.id)
    if review is None:
        return None
    try:
        reader = service.acting(actor, review) if request.is_open else actor
        draft = service.repository.records.read_draft(reader, review.number)
    except MunimentError:
        return None
    metadata = draft.data.get("metadata", {})
    previous = str(request.payload.get("previous", ""))
    changes = _changes(review.seen, draft) if review.seen is not None else None
    return SubmissionView(
        number=draft.id,
        title=str(metadata.get("title", "")),
        creators=tuple(str(one["person_or_org"].get("name", "")) for one in metadata.get("creators", ())),
        type=str(((metadata.get("resource_type") or {}).get("title") or {}).get("en", "")),
        description=Markup(stored_html(str(metadata.get("description", "")))),
        is_public=draft.data["access"]["record"] == "public",
        files=int((draft.data.get("files") or {}).get("count", 0) or 0),
        changes=changes if changes or request.is_open else None,
        previous=f"/me/requests/{previous}" if previous else "",
    )


def _changes(seen: object, draft: RecordItem) -> tuple[Change, ...]:
    before = seen if isinstance(seen, dict) else {}
    after = {key: draft.data[key] for key in before if key in draft.data}
    after["files"] = {"enabled": (draft.data.get("files") or {}).get("enabled", True)}
    found = []
    for field in compare_editions(before, after, str(get_locale())):
        if field.changed:
            changed = [row for row in field.rows if row.changed]
            old = tuple("".join(part.text for part in row.old) for row in changed if row.old)
            new = tuple("".join(part.text for part in row.new) for row in changed if row.new)
            found.append(Change(str(field.label), old, new))
    return tuple(found)
