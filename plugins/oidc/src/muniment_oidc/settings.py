"""What operators can set: providers, their secrets, and whether they may stand inside the own network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

_NAME: Final = validate.Regexp(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", error="Small letters, digits and hyphens.")
_CLAIMS: Final = ("name", "email", "affiliation", "groups")
_ADDRESS: Final = re.compile(r"https?://[^\s?#]+\Z")


def _issuer(value: str) -> None:
    if not _ADDRESS.match(value) or len(value) > 200:
        raise ValidationError("The issuer is an address as https://id.example.org, of at most 200 characters.")


class ProviderSchema(Schema):
    """One provider as operators write it."""

    name = fields.String(required=True, validate=[_NAME, validate.Length(max=40)])
    title = fields.String(required=True, validate=validate.Length(min=1, max=80))
    issuer = fields.String(required=True, validate=_issuer)
    client_id = fields.String(required=True, validate=validate.Length(min=1, max=300))
    icon = fields.String(validate=_NAME)
    order = fields.Integer()
    scopes = fields.List(fields.String(validate=validate.Length(min=1, max=100)))
    client_authentication = fields.String(
        validate=validate.OneOf(("client_secret_basic", "client_secret_post", "none"))
    )
    claims = fields.Dict(fields.String(validate=validate.OneOf(_CLAIMS)), fields.String())
    roles = fields.Dict(fields.String(), fields.String())
    trusts_email = fields.Boolean()
    profile_url = fields.Url(require_tld=False)

    @validates_schema
    def _asks_for_an_identity(self, data: Mapping[str, Any], **_: object) -> None:
        if "openid" not in data.get("scopes", ["openid"]):
            raise ValidationError("The scopes of OpenID Connect begin with 'openid'.", "scopes")


class ProviderList(fields.Field):  # type: ignore[type-arg]  # it is not generic in marshmallow 3
    """A list of providers; in forms it is typed as JSON."""

    def _deserialize(self, value: Any, *_arguments: Any, **_options: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise ValidationError("A list of providers, each with name, title, issuer and client_id.")
        try:
            loaded: list[dict[str, Any]] = ProviderSchema(many=True).load(value)
        except ValidationError as error:
            raise ValidationError("; ".join(_told(error.messages, value))) from error
        names = [item["name"] for item in loaded]
        if len(set(names)) < len(names):
            raise ValidationError("Each provider has a name of its own.")
        return loaded

    def _serialize(self, value: Any, *_arguments: Any, **_options: Any) -> Any:
        return value


class Secrets(fields.Field):  # type: ignore[type-arg]
    """The secret of each provider, by its name; in forms typed as ``keycloak=abc uni=def``."""

    def _deserialize(self, value: Any, *_arguments: Any, **_options: Any) -> dict[str, str]:
        if isinstance(value, str):
            pairs = [part.partition("=") for part in value.split()]
            if not all(name and equals and secret for name, equals, secret in pairs):
                raise ValidationError("Write name=secret for each provider, separated by blanks.")
            return {name: secret for name, _equals, secret in pairs}
        if isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values()):
            return {str(name): secret for name, secret in value.items()}
        raise ValidationError("Write name=secret for each provider, separated by blanks.")

    def _serialize(self, value: Any, *_arguments: Any, **_options: Any) -> Any:
        return value


class Settings(Schema):
    """The settings of the plugin."""

    providers = ProviderList(
        load_default=list,
        metadata={
            "label": "Providers",
            "help": "A list: each has name, title, issuer and client_id, and may have scopes, claims, roles, "
            "trusts_email, client_authentication, profile_url, icon and order.",
        },
    )
    client_secrets = Secrets(
        load_default=dict,
        metadata={
            "label": "Client secrets",
            "help": "What providers gave this site to prove itself: name=secret for each, separated by blanks.",
            "secret": True,
        },
    )
    internal = fields.Boolean(
        load_default=False,
        metadata={
            "label": "Providers inside the own network",
            "help": "Without this, no provider at a private address is asked, whatever its name or answers say.",
        },
    )


def _told(messages: Any, given: list[Any]) -> list[str]:
    """What is wrong, each with the name of the provider and the key."""
    found = []
    for index, keys in messages.items():
        name = given[index].get("name", index + 1) if isinstance(index, int) else index
        for key, problem in keys.items() if isinstance(keys, dict) else [("", keys)]:
            text = " ".join(problem) if isinstance(problem, list) else str(problem)
            found.append(f"{name}, {key}: {text}")
    return found
