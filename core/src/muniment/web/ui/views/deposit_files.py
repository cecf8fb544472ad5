"""The files in the deposit form: what is shown of them, and what would be refused before its bytes travel.

The bytes themselves come by the REST API (tus), from scripts and other programs alike.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request

from muniment.errors import InvalidRequest
from muniment.files.proposals import Proposal, Verdict
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.answers import answer_json
from muniment.web.rest.bodies import read_object
from muniment.web.ui.file_messages import worded
from muniment.web.ui.language import display_locale

blueprint = Blueprint("deposit_files", __name__)

#: Files that one question may be about.
MOST: Final = 500


@blueprint.get("/uploads/<number>/files")
@access("authenticated")
@session("required")
def stored(number: str) -> Response:
    """The list of files as a part of the page, for scripts; people are led to the page itself."""
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        return redirect(f"/uploads/{number}#files", 302)  # type: ignore[return-value]
    item = the_repository().records.read_draft(the_actor(), number)
    return make_response(render_template("deposit/stored_files.html", draft=item.data, number=item.id))


@blueprint.post("/uploads/<number>/files/check")
@access("authenticated")
@session("required")
def check(number: str) -> Response:
    """Say for each of ``{"files": [{"key", "size"}]}`` what would become of it: ``state`` is new, pending (with the
    address of its `upload` when there is one), exists or refused (with the `problem` in the reader's language)."""
    verdicts = the_repository().files.propose(the_actor(), number, _proposals(read_object()))
    return answer_json({"files": [_answer(number, verdict) for verdict in verdicts]})


def _proposals(data: dict[str, Any]) -> list[Proposal]:
    files = data.get("files")
    if not isinstance(files, list) or len(files) > MOST:
        raise InvalidRequest(f"Send up to {MOST} files as a list 'files'.")
    found = []
    for item in files:
        key, size = (item.get("key"), item.get("size")) if isinstance(item, dict) else (None, None)
        if not isinstance(key, str) or not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise InvalidRequest("Each file needs a 'key' and its 'size' in bytes.")
        found.append(Proposal(key, size))
    return found


def _answer(number: str, verdict: Verdict) -> dict[str, Any]:
    shown: dict[str, Any] = {"key": verdict.key, "state": "new"}
    if verdict.refusal is not None:
        return {**shown, "state": "refused", "problem": worded(verdict.refusal, display_locale())}
    if verdict.present is not None:
        shown["state"] = "exists" if verdict.present.completed else "pending"
    if verdict.upload is not None and verdict.upload.kind == "tus":
        shown |= {"upload": f"/api/records/{number}/draft/uploads/{verdict.upload.id}", "size": verdict.upload.length}
    return shown


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
