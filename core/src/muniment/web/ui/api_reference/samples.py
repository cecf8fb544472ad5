"""Examples: a body as a client may send it, and a call with curl that can be pasted into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import orjson

_REFERENCE = "#/components/schemas/"
_DEEPEST: Final = 6

#: Values that say more than "text" would, by the name of the field or parameter.
_KNOWN: Final[dict[str, Any]] = {
    "email": "ada@example.org",
    "full_name": "Ada Lovelace",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "username": "ada",
    "key": "data.csv",
    "title": "Sea ice drift, 2016 to 2025",
    "publication_date": "2026-05-14",
    "description": "<p>Hourly vectors.</p>",
    "version": "1.0",
    "publisher": "Example Repository",
    "checksum": "md5:9e107d9d372bb6826bd81d3542a419d6",
    "size": 1024,
    "locale": "en",
    "timezone": "Europe/Berlin",
    "scheme": "doi",
    "part": 1,
    "path": "folder/data.csv",
    "upload": "0b0d4f64-3c2a-4b58-9b57-2f5f6bb1f0ad",
}
#: The description with which a record can be published; the schema cannot know which terms there are.
_METADATA: Final = {
    "title": "Sea ice drift, 2016 to 2025",
    "resource_type": {"id": "dataset"},
    "creators": [{"person_or_org": {"type": "personal", "given_name": "Ada", "family_name": "Lovelace"}}],
    "publication_date": "2026-05-14",
}


class Samples:
    """Makes examples from the shapes of one document. `site` is the address of the site."""

    def __init__(self, document: Mapping[str, Any], site: str) -> None:
        self._schemas: Mapping[str, Any] = (document.get("components") or {}).get("schemas") or {}
        self._site = site.rstrip("/")

    def value(self, schema: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
        """A value of this schema: what it gives as an example, else the plainest one."""
        if reference := schema.get("$ref"):
            shape = str(reference).removeprefix(_REFERENCE)
            return _METADATA if shape == "Metadata" else self.value(self._schemas.get(shape, {}), name, depth)
        if schema.get("examples"):
            return schema["examples"][0]
        for key in ("example", "default", "const"):
            if key in schema:
                return schema[key]
        if schema.get("enum"):
            return schema["enum"][0]
        for key in ("oneOf", "anyOf", "allOf"):
            if schema.get(key):
                return self.value(schema[key][0], name, depth)
        return self._plain(schema, name, depth)

    def _plain(self, schema: Mapping[str, Any], name: str, depth: int) -> Any:
        kind = schema.get("type")
        kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
        if kind == "object" or "properties" in schema:
            if depth >= _DEEPEST:
                return {}
            return {key: self.value(one, key, depth + 1) for key, one in (schema.get("properties") or {}).items()}
        if kind == "array":
            return [self.value(schema.get("items") or {}, name, depth + 1)] if depth < _DEEPEST else []
        if name in _KNOWN:
            return _KNOWN[name]
        return {"integer": 1, "number": 1.0, "boolean": True, "null": None}.get(str(kind), "text")

    def body(self, schema: Mapping[str, Any]) -> str:
        """The example as indented JSON."""
        return orjson.dumps(self.value(schema), option=orjson.OPT_INDENT_2).decode()

    def curl(self, method: str, path: str, operation: Mapping[str, Any], *, needs_token: bool) -> str:
        """The call as a command, one option on each line; a token stands in the variable TOKEN."""
        verb = "" if method == "get" else f"-X {method.upper()} "
        lines = [f"curl {verb}{shlex.quote(self._address(path, operation))}"]
        if needs_token:
            lines.append('-H "Authorization: Bearer $TOKEN"')
        content = (operation.get("requestBody") or {}).get("content") or {}
        for media_type, media in content.items():
            lines.append(f"-H {shlex.quote(f'Content-Type: {media_type}')}")
            if "json" in media_type and media.get("schema"):
                lines.append(f"-d {shlex.quote(self.body(media['schema']))}")
            else:
                lines.append("--data-binary @data.csv")
            break
        return " \\\n  ".join(lines)

    def _address(self, path: str, operation: Mapping[str, Any]) -> str:
        query = []
        for parameter in operation.get("parameters") or ():
            name = str(parameter["name"])
            if parameter["in"] == "path":
                value = self.value(parameter.get("schema") or {}, name)
                shown = "1" if value == "text" and name in ("id", "number") else str(value)
                path = path.replace("{" + name + "}", quote(shown, safe="/"))
            elif parameter["in"] == "query" and (parameter.get("required") or name == "q"):
                value = "sea ice" if name == "q" else self.value(parameter.get("schema") or {}, name)
                query.append(f"{name}={quote(str(value))}")
        return f"{self._site}{path}{'?' + '&'.join(query) if query else ''}"
