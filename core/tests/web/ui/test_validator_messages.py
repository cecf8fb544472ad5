"""Validators of marshmallow say in words for people what is wrong, in whatever language the page is."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from muniment.web.ui.validator_messages import validator_message


class Everything(Schema):
    """A field with each validator that settings of plugins use."""

    whole = fields.Integer()
    number = fields.Float()
    text = fields.String()
    flag = fields.Boolean()
    many = fields.List(fields.String())
    named = fields.Dict()
    day = fields.Date()
    hour = fields.Time()
    moment = fields.DateTime()
    address = fields.Url()
    mail = fields.Email()
    between = fields.Integer(validate=validate.Range(1, 9))
    least = fields.Integer(validate=validate.Range(min=1))
    most = fields.Integer(validate=validate.Range(max=9))
    above = fields.Integer(validate=validate.Range(min=1, min_inclusive=False))
    short = fields.String(validate=validate.Length(max=3))
    sized = fields.String(validate=validate.Length(2, 3))
    exact = fields.String(validate=validate.Length(equal=3))
    choice = fields.String(validate=validate.OneOf(["a", "b"]))
    choices = fields.List(fields.String(), validate=validate.ContainsOnly(["a", "b"]))
    shape = fields.String(validate=validate.Regexp("a+"))


WRONG = {
    "whole": "x", "number": "x", "text": 3, "flag": "perhaps", "many": 3, "named": 3, "day": "x", "hour": "x",
    "moment": "x", "address": "x", "mail": "x", "between": 10, "least": 0, "most": 10, "above": 1, "short": "abcd",
    "sized": "a", "exact": "a", "choice": "c", "choices": ["c"], "shape": "b",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(WRONG))
def test_each_message_has_words_for_people(app: Any, name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Everything(only=(name,)).load({name: WRONG[name]})
    (message,) = refused.value.messages[name]  # type: ignore[index, misc, call-overload]
    with app.test_request_context("/"):
        said = validator_message(message)
    assert said, message
    assert "%(" not in said


def test_numbers_and_choices_are_filled_in(app: Any) -> None:
    with app.test_request_context("/"):
        assert validator_message("Must be one of: a, b.") == "Choose one of: a, b."
        assert validator_message("Must be less than or equal to 9.") == "Enter a number that is not above 9."
        assert validator_message("The password is wrong.") is None
