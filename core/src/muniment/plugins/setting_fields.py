"""A plugin's settings as the fields of a form: derived from its marshmallow schema, for pages and commands to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, Final, Literal

import orjson
from marshmallow import Schema, fields, missing, validate

from muniment.plugins.settings import is_secret
from muniment.settings.explained import MASK

Kind = Literal[
    "text", "password", "boolean", "integer", "number", "url", "email", "date", "time", "datetime", "choice", "choices",
    "list", "json",
]  # fmt: skip

#: The first that a field is an instance of; special kinds of text come before text, and dates before times with a date,
#: which they are in marshmallow 3.
_KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("Boolean", "boolean"), ("Integer", "integer"), ("Number", "number"), ("Url", "url"), ("Email", "email"),
    ("Date", "date"), ("Time", "time"), ("DateTime", "datetime"), ("List", "list"), ("Enum", "choice"),
    ("String", "text"),
)  # fmt: skip


@dataclass(frozen=True)
class SettingField:
    """One setting as a form shows it.

    `value` is the one in force, never that of a secret; `is_set` says whether there is one. `origin` is ``default``,
    ``database``, the configuration file, or ``environment: VARIABLE``; what the last two decide is `read_only`.
    `problem` says why a stored value is not used. `choices` are pairs of value and label.
    """

    key: str
    label: str
    help: str
    kind: Kind
    value: Any
    default: Any
    origin: str = "default"
    is_set: bool = False
    secret: bool = False
    read_only: bool = False
    problem: str = ""
    unit: str = ""
    multiline: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    pattern: str = ""


@dataclass(frozen=True)
class SettingsForm:
    """The settings of one plugin. `leftover` are stored values of settings that it does not have any more, with the
    reason; `can_be_checked` says whether it can try out its settings. `page` is the endpoint of a page of the plugin's
    own that changes them, which its schema names as `page`."""

    plugin: str
    title: str
    fields: tuple[SettingField, ...]
    leftover: Mapping[str, str] = field(default_factory=dict)
    can_be_checked: bool = False
    page: str = ""


def describe_fields(
    schema: Schema,
    settings: SimpleNamespace,
    origins: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> tuple[SettingField, ...]:
    """The fields of a schema in its order, with the values of `settings`; `defaults` stand for those of the schema."""
    origins, problems = origins or {}, problems or {}
    described = (
        _described(schema, key, getattr(settings, key, None), origins.get(key, "default"), problems.get(key, ""))
        for key in schema.fields
    )
    return tuple(replace(item, default=(defaults or {}).get(item.key, item.default)) for item in described)


def _described(schema: Schema, key: str, value: Any, origin: str, problem: str) -> SettingField:
    declared = schema.fields[key]
    metadata = declared.metadata
    secret = is_secret(schema, key)
    shown = schema.dump({key: value}).get(key) if value is not None else None
    choices = tuple(_choices(declared))
    kind = _kind(declared, secret, bool(choices))
    return SettingField(
        key=key,
        label=str(metadata.get("label", key)),
        help=str(metadata.get("help", "")),
        kind=kind,
        value=(MASK if shown else "") if secret else shown,
        default=None if secret else _default(schema, key),
        origin=origin,
        is_set=shown not in (None, "", []),
        secret=secret,
        read_only=origin not in ("default", "database"),
        problem=problem,
        unit=str(metadata.get("unit", "")),
        multiline=bool(metadata.get("multiline")),
        choices=choices,
        **_bounds(declared),
    )


def _kind(declared: Any, secret: bool, has_choices: bool) -> Kind:
    if secret:
        return "password"
    if has_choices:
        return "choices" if isinstance(declared, fields.List) else "choice"
    return next((kind for name, kind in _KINDS if isinstance(declared, getattr(fields, name))), "json")


def _default(schema: Schema, key: str) -> Any:
    default = schema.fields[key].load_default
    if default is missing:
        return None
    return schema.dump({key: default() if callable(default) else default}).get(key)


def _validators(declared: Any) -> Iterator[Any]:
    yield from declared.validators
    if isinstance(declared, fields.List):
        yield from declared.inner.validators


def _choices(declared: Any) -> Iterator[tuple[str, str]]:
    if isinstance(declared, fields.Enum):
        yield from ((item.name, str(item.value)) for item in declared.enum)
    for validator in _validators(declared):
        if isinstance(validator, (validate.OneOf, validate.ContainsOnly)):
            labels = list(validator.labels) or [str(choice) for choice in validator.choices]
            yield from zip((str(choice) for choice in validator.choices), labels, strict=True)


def _bounds(declared: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for validator in declared.validators:
        if isinstance(validator, validate.Range):
            found |= {"minimum": validator.min, "maximum": validator.max}
        elif isinstance(validator, validate.Length):
            found["max_length"] = validator.max
        elif isinstance(validator, validate.Regexp):
            # The pattern is shown to people, who take it for the whole value anyway.
            found["pattern"] = str(validator.regex.pattern).removesuffix(r"\Z")
    return found


def typed(item: SettingField) -> str:
    """The value in force as somebody types it into one control: lists by line, other structures as JSON."""
    if item.value is None or item.secret:
        return ""
    if item.kind == "list":
        return "\n".join(map(str, item.value))
    if item.kind == "json" or not isinstance(item.value, (str, int, float)):
        return orjson.dumps(item.value, option=orjson.OPT_INDENT_2).decode()
    return str(item.value)


def only_changed(form: SettingsForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values`, as `read_form` gives them, that differ from what is in force: a form that is sent as it was
    shown stores nothing, so that defaults stay defaults."""
    shown = {item.key: item for item in form.fields}
    return {key: value for key, value in values.items() if key not in shown or _differs(shown[key], value)}


def _differs(item: SettingField, value: Any) -> bool:
    if item.secret or item.problem:
        return True
    if value is None:
        return item.origin == "database" or item.value is not None
    if isinstance(value, str) and not isinstance(item.value, str):
        return value != typed(item)
    return bool(value != (item.value if item.value is not None or item.kind not in ("choices", "list") else []))


def read_form(form: SettingsForm, submitted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The values that a submitted form asks for, for `PluginSettingsService.change`.

    A field that says ``default`` under ``<key>.reset`` goes back to its default. A secret that was left empty stays as
    it is; ``<key>.reset`` removes it. What is read-only is left out. Values that cannot be read stay as they were
    typed, so that validation names them.
    """
    values: dict[str, Any] = {}
    for item in form.fields:
        given = [text.strip() if not item.secret else text for text in submitted.get(item.key, [])]
        if item.read_only:
            continue
        if submitted.get(f"{item.key}.reset"):
            values[item.key] = None
        elif item.kind == "boolean":
            values[item.key] = bool(given) and given[-1].lower() not in ("", "0", "false", "off")
        elif item.kind == "choices":
            values[item.key] = [text for text in given if text]
        elif item.key in submitted and not (item.secret and given[-1:] in ([], [""])):
            values[item.key] = _read(item, given[-1] if given else "")
    return values


def _read(item: SettingField, text: str) -> Any:
    if item.kind == "list":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if item.kind == "json" and text:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    if not text and item.kind in ("integer", "number", "date", "time", "datetime", "json", "choice"):
        return None
    return text
