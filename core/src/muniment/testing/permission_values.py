"""What the routes of the core are asked with, when everybody asks each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from muniment.access.permission_table import Route
from muniment.testing.permission_scene import Values

_TERM: Final = {"name": "licenses", "id": "cc-by-4.0"}
_ZIP: Final = {"key": "a.zip", "path": "inside.txt"}
#: What stands for the variables of routes that are not about records and accounts.
VALUES: Final[Values] = {
    "POST /api/records/<id>/draft": {"id": lambda scene: scene.record},
    "/api/records/<id>/draft/files/<key>/container": _ZIP,
    "/api/records/<id>/draft/files/<key>/container/<path>": _ZIP,
    "/api/records/<id>/files/<key>/container": _ZIP,
    "/api/records/<id>/files/<key>/container/<path>": _ZIP,
    "/api/vocabularies/<type>": {"type": "licenses"},
    "/api/vocabularies/<type>/<id>": {"type": "licenses", "id": "cc-by-4.0"},
    "/control/vocabularies/<name>": _TERM,
    "/control/vocabularies/<name>/new": _TERM,
    "/control/vocabularies/<name>/terms/<id>": _TERM,
    "/control/vocabularies/<name>/terms/<id>/delete": _TERM,
    "/control/plugins/<name>": {"name": "banners"},
    "/control/plugins/<name>/disable": {"name": "banners"},
    "/control/plugins/<name>/enable": {"name": "banners"},
    "/control/plugins/<name>/purge": {"name": "banners"},
    "/control/plugins/<name>/settings": {"name": "password"},
    "/control/plugins/<name>/upgrade": {"name": "banners"},
    "/control/audit/audit.<ending>": {"ending": "csv"},
    "/control/jobs/<name>/run": {"name": "records.old-drafts"},
    "/control/users/<number>/<action>": {"action": "block"},
    "/records/<number>/export/<name>": {"name": "json"},
    "/help/api/<slug>": {"slug": "records"},
    "/_styleguide/<name>": {"name": "forms"},
    "/static/<path>": {"path": "robots.txt"},
}
_TUS: Final = {"Tus-Resumable": "1.0.0", "Upload-Length": "3", "Upload-Offset": "0"}
#: What is sent along where nothing at all would be refused before anybody asks who sends it.
SENT: Final[Mapping[Route, Mapping[str, Any]]] = {
    ("POST", "/api/records/<id>/draft/files"): {"json": [{"key": "b.txt"}]},
    ("POST", "/api/records/<id>/draft/media-files"): {"json": [{"key": "b.txt"}]},
    ("POST", "/api/records/<id>/draft/uploads"): {
        "headers": {**_TUS, "Upload-Metadata": "filename Yi50eHQ="},
        "data": b"",
    },
    ("PATCH", "/api/records/<id>/draft/uploads/<upload>"): {
        "headers": {**_TUS, "Content-Type": "application/offset+octet-stream"},
        "data": b"abc",
    },
    ("POST", "/api/records/<id>/draft/uploads/<upload>"): {
        "headers": {**_TUS, "X-HTTP-Method-Override": "DELETE"},
        "data": b"",
    },
    ("DELETE", "/api/records/<id>/draft/uploads/<upload>"): {"headers": _TUS},
    ("POST", "/uploads/<number>/files/check"): {"json": {"files": [{"key": "b.txt", "size": 3}]}},
    ("POST", "/uploads/<number>/files/rename"): {"json": {"key": "a.txt", "name": "b.txt"}},
}
