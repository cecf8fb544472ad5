"""Files beside comments: sent, named, read, and gone with what they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text

from muniment.api import InvalidRequest, NotFound, PermissionDenied, ValidationFailed
from muniment_requests import attachments
from muniment_requests.api import Request, RequestService

pytestmark = pytest.mark.plugins("requests", "probe")

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PAYLOAD = {"content": "See this.", "format": "html"}


def kept(requests: RequestService) -> int:
    with requests.database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM requests_attachments")).scalar_one())


def test_by_the_api(api: Any, asked: Callable[..., Request], ada: Any, grace: Any, make_user: Any) -> None:
    own = f"/api/requests/{asked().id}"
    sent = api.as_(ada).put(f"{own}/files/upload/tide%20gauge.png", data=PNG)
    assert (sent.status_code, sent.json["original_filename"], sent.json["size"]) == (200, "tide gauge.png", len(PNG))
    key, address = sent.json["key"], sent.json["links"]["content"].partition("/api/")[2]
    assert api.as_(grace).get(f"/api/{address}").status_code == 404, "nobody reads it before a comment names it"
    said = api.as_(ada).post(f"{own}/comments", json={"payload": {**PAYLOAD, "files": [{"key": key}]}})
    assert [one["key"] for one in said.json["payload"]["files"]] == [key]
    assert api.as_(ada).get(f"{own}/timeline").json["hits"]["hits"][0]["payload"] == said.json["payload"]
    read = api.as_(grace).get(f"/api/{address}")
    assert read.get_data() == PNG
    assert read.headers["Content-Disposition"].startswith("attachment")
    assert (read.headers["Content-Type"], read.headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    for stranger in (api, api.as_(make_user("eve@example.org"))):
        assert stranger.get(f"/api/{address}").status_code in (403, 404)
        assert stranger.delete(f"{own}/files/{key}").status_code in (403, 404)
    assert api.as_(grace).delete(f"{own}/files/{key}").status_code == 403
    assert api.as_(ada).delete(f"{own}/files/{key}").status_code == 204
    assert "files" not in api.as_(grace).get(f"{own}/comments/{said.json['id']}").json["payload"]
    odd = api.as_(ada).post(f"{own}/comments", json={"payload": {**PAYLOAD, "files": "x"}})
    assert odd.json["errors"][0]["field"] == "payload.files"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("run.exe", b"MZ", "Files of this kind cannot be attached"),
        ("page.html", b"<script>", "Files of this kind cannot be attached"),
        ("drawing.svg", b"<svg/>", "Files of this kind cannot be attached"),
        ("photo.png", b"<html>", "not what its name says"),
        ("notes.txt", b"a\x00b", "not what its name says"),
        ("notes.txt", b"", "The file is empty"),
        ("notes.txt", b"x" * (attachments.LARGEST + 1), "at most 10 MB"),
        ("../..", b"x", "A file has a name"),
        ("x" * 300 + ".txt", b"x", "A file has a name"),
    ],
)
def test_what_is_refused(
    requests: RequestService, asked: Callable[..., Request], ada: Any, name: str, content: bytes, told: str
) -> None:
    request = asked()
    with pytest.raises(ValidationFailed) as refused:
        requests.attachments.add(ada.actor, request.id, name, content)
    assert told in refused.value.errors[0].message
    assert kept(requests) == 0


def test_too_much_together(
    requests: RequestService, asked: Callable[..., Request], ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "LARGEST_TOGETHER", 5)
    request = asked()
    requests.attachments.add(ada.actor, request.id, "a.txt", b"123")
    with pytest.raises(ValidationFailed):
        requests.attachments.add(ada.actor, request.id, "b.txt", b"456")


def test_files_go_with_what_they_belong_to(
    requests: RequestService,
    asked: Callable[..., Request],
    ada: Any,
    grace: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request, talk = asked(), requests.conversation
    first, second, third = (
        requests.attachments.add(ada.actor, request.id, f"{one}.txt", b"x").key for one in ("a", "b", "c")
    )
    line = talk.comment(ada.actor, request.id, "Two", files=[first, second])
    with pytest.raises(ValidationFailed):
        talk.comment(grace.actor, request.id, "Not mine", files=[third])
    assert [one["key"] for one in talk.edit(ada.actor, request.id, line.id, "Still").payload["files"]] == [
        first,
        second,
    ]
    talk.edit(ada.actor, request.id, line.id, "One", [second])
    with pytest.raises(NotFound):
        requests.attachments.read(ada.actor, request.id, first)
    talk.remove(ada.actor, request.id, line.id)
    assert kept(requests) == 1, "the one that waits for a comment"
    now = requests.database.now
    monkeypatch.setattr(requests.database, "now", lambda: now() + timedelta(days=2))
    with requests.database.write() as unit:
        assert attachments.forget_unnamed(unit) == 1
    requests.lock(grace.actor, request.id, locked=True)
    with pytest.raises(PermissionDenied, match="locked"):
        requests.attachments.add(ada.actor, request.id, "d.txt", b"x")


def test_on_the_page(
    requests: RequestService, asked: Callable[..., Request], panel_of: Any, grace: Any, deeds: Any
) -> None:
    path, page = f"/me/requests/{asked().id}", panel_of(grace)
    assert 'name="files"' in page.get(path)
    said = page.post(path, do="comment", content="Look", files=(BytesIO(PNG), "gauge.png"))
    assert "gauge.png</a>" in said
    back = page.post(path, status=422, do="comment", content="And this", files=(BytesIO(b"MZ"), "run.exe"))
    assert "Files of this kind cannot be attached" in back
    assert "And this" in back
    assert "Say in a comment" in page.post(path, status=422, do="accept", content="", files=(BytesIO(PNG), "a.png"))
    deeds.refusal = InvalidRequest("Not now.")
    page.post(path, status=422, do="accept", content="Yes", files=(BytesIO(PNG), "b.png"))
    assert kept(requests) == 1, "what comes with a refused decision is not kept"
    deeds.refusal = None
    assert "b.png</a>" in page.post(path, do="accept", content="Yes", files=(BytesIO(PNG), "b.png"))


def test_words_are_found_everywhere(requests: RequestService, asked: Callable[..., Request], ada: Any) -> None:
    from muniment_requests.listing import Asked

    asked("First", description="About salt & silt")
    second = asked("Second")
    requests.conversation.comment(ada.actor, second.id, "Where is the gauge?")

    def found(q: str) -> list[str]:
        return [one.title for one in requests.list(ada.actor, Asked(q=q)).requests]

    assert (found("SALT &"), found("gauge second"), found("gauge first"), found("p>")) == (
        ["First"],
        ["Second"],
        [],
        [],
    )
