"""Objects and lists that load as far as they are valid: what is wrong is reported, what is right is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from muniment.records.schemas import limits
from muniment.records.schemas.text import ValueField, too_long

#: marshmallow's error tree: messages by field name or list index; messages of an object itself stand under `SELF`.
Errors = dict[Any, Any]
SELF = "_schema"

REQUIRED = "Missing data for required field."
NOT_AN_OBJECT = "Invalid input type."


def add_error(errors: Errors, message: str, *path: str | int) -> None:
    """Put a message into an error tree, at the object itself when no path is given."""
    node = errors
    *parents, last = path or (SELF,)
    for key in parents:
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            child = node[key] = {SELF: child}
        node = child
    present = node.setdefault(last, [])
    if isinstance(present, dict):
        add_error(present, message)
    elif message not in present:
        present.append(message)


class Part(Schema):
    """An object of the record's JSON. Unknown keys are dropped; null and an empty object count as absent.

    Subclasses declare fields and override `prepare` (other forms that clients send) and `finish` (rules that
    concern several fields, computed values).
    """

    class Meta:
        unknown = EXCLUDE

    @classmethod
    def with_fields(cls, **more: fields.Field) -> Self:  # type: ignore[type-arg]
        """An instance with fields that cannot be declared in the class, since they depend on the instance."""
        return cast("Self", cls.from_dict(dict(more), name=f"Complete{cls.__name__}")())

    def prepare(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object as the fields expect it; never changes `value`."""
        return value

    def finish(self, data: dict[str, Any], errors: Errors) -> None:
        """Check and complete what was loaded; may change both arguments."""

    def load_part(self, value: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
        """What is valid of `value`, and the errors of the rest; raises nothing."""
        value = self.prepare(value)
        data: dict[str, Any] = {}
        errors: Errors = {}
        for name, field in self.load_fields.items():
            raw = value.get(name)
            loaded = None
            if raw is not None and raw != {}:
                try:
                    loaded = field.deserialize(raw, name, value)
                except ValidationError as error:
                    errors[name] = error.messages
                    loaded = error.valid_data or None
            if loaded is not None and loaded != {}:
                data[name] = loaded
            elif field.required and name not in errors:
                errors[name] = [str(field.error_messages["required"])]
        self.finish(data, errors)
        return data, errors


class ObjectOf(ValueField):
    """A field that holds a `Part`."""

    def __init__(self, part: Part, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.part = part

    def load_value(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError(NOT_AN_OBJECT)
        loaded, errors = self.part.load_part(value)
        if errors:
            raise ValidationError(errors, valid_data=loaded)
        return loaded


class ListOf(ValueField):
    """A list whose entries are loaded by another field.

    An entry of which nothing is valid leaves None in its place, so that positions keep their meaning until all
    checks are done; `compact` removes these later. A single object in place of a list is taken as its only entry.
    """

    def __init__(self, inner: fields.Field, *, maximum: int = limits.ITEMS, **kwargs: Any) -> None:  # type: ignore[type-arg]
        super().__init__(**kwargs)
        self.inner = inner
        self.maximum = maximum

    def check(self, items: list[Any], errors: Errors) -> None:
        """Rules that concern several entries; may change both arguments."""

    def load_value(self, value: Any) -> list[Any]:
        if isinstance(value, dict) and value:
            value = [value]
        if not isinstance(value, list) and value != {}:
            raise ValidationError("Not a valid list.")
        if len(value) > self.maximum:
            raise ValidationError(too_long(self.maximum))
        items, errors = self._load_items(value)
        self.check(items, errors)
        if errors:
            raise ValidationError(errors, valid_data=items)
        return items

    def _load_items(self, value: Iterable[Any]) -> tuple[list[Any], Errors]:
        items: list[Any] = []
        errors: Errors = {}
        for index, raw in enumerate(value):
            item = None
            if raw is not None:
                try:
                    item = self.inner.deserialize(raw)
                except ValidationError as error:
                    errors[index] = error.messages
                    item = error.valid_data or None
            items.append(item)
        return items, errors


def compact(value: Any) -> Any:
    """`value` without None, empty lists and empty objects, at any depth; empty texts stay."""
    if isinstance(value, dict):
        return {key: item for key, item in zip(value, _compacted(value.values()), strict=True) if item is not None}
    if isinstance(value, list):
        return [item for item in _compacted(value) if item is not None]
    return value


def _compacted(values: Iterable[Any]) -> Iterator[Any]:
    """The compact form of each; None for what is empty then."""
    for value in values:
        yield compact(value) or None if isinstance(value, (dict, list)) else value
