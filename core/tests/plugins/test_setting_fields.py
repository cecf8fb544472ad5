"""A schema becomes the fields of a form: kinds, choices, bounds, defaults, secrets; and a form becomes values."""

from __future__ import annotations

import enum
from types import SimpleNamespace
from typing import Any

import pytest
from marshmallow import Schema, fields, validate

from muniment.plugins.setting_fields import SettingField, SettingsForm, describe_fields, read_form
from muniment.plugins.settings import effective_settings


class Colour(enum.Enum):
    RED = "Red"
    BLUE = "Blue"


class Everything(Schema):
    """One setting of each kind."""

    name = fields.String(
        load_default="x",
        validate=[validate.Length(max=20), validate.Regexp("[a-z]+")],
        metadata={"label": "Name", "help": "Of the thing.", "multiline": True},
    )
    password = fields.String(load_default="", metadata={"secret": True})
    on = fields.Boolean(load_default=True)
    count = fields.Integer(load_default=3, validate=validate.Range(min=1, max=9), metadata={"unit": "days"})
    ratio = fields.Float(load_default=0.5)
    address = fields.Url(load_default="https://example.org")
    contact = fields.Email(load_default=None, allow_none=True)
    day = fields.Date(load_default=None, allow_none=True)
    size = fields.String(load_default="s", validate=validate.OneOf(["s", "l"], labels=["Small", "Large"]))
    hosts = fields.List(fields.String(), load_default=list)
    kinds = fields.List(fields.String(validate=validate.OneOf(["a", "b"])), load_default=lambda: ["a"])
    colour = fields.Enum(Colour, load_default=Colour.RED)
    raw = fields.Dict(load_default=dict)


def described(values: dict[str, Any] | None = None, **more: Any) -> dict[str, SettingField]:
    settings = effective_settings("probe", Everything(), {}, values or {})
    return {item.key: item for item in describe_fields(Everything(), settings, **more)}


def test_each_kind_is_told() -> None:
    assert {key: item.kind for key, item in described().items()} == {
        "name": "text", "password": "password", "on": "boolean", "count": "integer", "ratio": "number",
        "address": "url", "contact": "email", "day": "date", "size": "choice", "hosts": "list", "kinds": "choices",
        "colour": "choice", "raw": "json",
    }  # fmt: skip


def test_bounds_units_and_choices_are_told() -> None:
    found = described()
    assert (found["name"].max_length, found["name"].pattern, found["name"].multiline) == (20, "[a-z]+", True)
    assert (found["count"].minimum, found["count"].maximum, found["count"].unit) == (1, 9, "days")
    assert found["size"].choices == (("s", "Small"), ("l", "Large"))
    assert found["kinds"].choices == (("a", "a"), ("b", "b"))
    assert found["colour"].choices == (("RED", "Red"), ("BLUE", "Blue"))
    assert (found["name"].label, found["name"].help, found["on"].label) == ("Name", "Of the thing.", "on")


def test_values_and_defaults_are_those_that_json_takes() -> None:
    found = described({"day": "2026-11-28", "colour": "BLUE", "count": 5})
    assert (found["day"].value, found["colour"].value, found["colour"].default) == ("2026-11-28", "BLUE", "RED")
    assert (found["count"].value, found["count"].default, found["kinds"].default) == (5, 3, ["a"])
    assert (found["hosts"].default, found["hosts"].is_set, found["count"].is_set) == ([], False, True)


@pytest.mark.parametrize("secret", ["", "correct horse"])
def test_a_secret_is_never_part_of_a_form(secret: str) -> None:
    item = described({"password": secret})["password"]
    assert "correct horse" not in str(item)
    assert (item.is_set, item.value) == (bool(secret), "********" if secret else "")
    assert item.default is None


def test_what_the_configuration_decides_is_read_only() -> None:
    origins = {"name": "environment: MUNIMENT__PROBE__NAME", "count": "database", "on": "/srv/instance.toml"}
    found = described(origins=origins, problems={"count": "too small"})
    assert [key for key, item in found.items() if item.read_only] == ["name", "on"]
    assert (found["count"].problem, found["name"].origin) == ("too small", "environment: MUNIMENT__PROBE__NAME")


# Reading a form -------------------------------------------------------------------------------------------------------


def read(submitted: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    form = SettingsForm("probe", "Probe", describe_fields(Everything(), SimpleNamespace(), **more))
    return read_form(form, submitted)


def test_a_form_becomes_values() -> None:
    values = read(
        {
            "name": [" abc "], "password": [" kept as typed "], "on": ["1"], "count": ["5"], "ratio": ["2.5"],
            "day": ["2026-11-28"], "hosts": ["a.example.org\n\n b.example.org \n"], "kinds": ["a", "b"],
            "raw": ['{"a": 1}'],
        }
    )  # fmt: skip
    assert values == {
        "name": "abc", "password": " kept as typed ", "on": True, "count": "5", "ratio": "2.5", "day": "2026-11-28",
        "hosts": ["a.example.org", "b.example.org"], "kinds": ["a", "b"], "raw": {"a": 1},
    }  # fmt: skip


def test_boxes_that_are_not_ticked_are_off_and_empty() -> None:
    values = read({"name": ["abc"]})
    assert values == {"name": "abc", "on": False, "kinds": []}


def test_an_empty_secret_stays_as_it_is_until_it_is_removed() -> None:
    assert "password" not in read({"password": [""]})
    assert read({"password": [""], "password.reset": ["1"]})["password"] is None


def test_what_is_empty_and_no_text_goes_back_to_the_default() -> None:
    values = read({"count": [""], "day": [""], "name": [""], "size": [""]})
    assert (values["count"], values["day"], values["name"], values["size"]) == (None, None, "", None)
    assert read({"name": ["abc"], "name.reset": ["1"]})["name"] is None


def test_what_is_read_only_is_left_out() -> None:
    assert "name" not in read({"name": ["abc"]}, origins={"name": "instance.toml"})


def test_what_cannot_be_read_stays_as_it_was_typed() -> None:
    assert read({"raw": ["{"]})["raw"] == "{"
