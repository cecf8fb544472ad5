"""What operators can set: providers as a list, secrets beside it, and a check that talks to the providers."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import SYSTEM, ValidationFailed

UNI = {"name": "uni", "title": "University", "issuer": "https://id.example.org", "client_id": "muniment"}


@pytest.fixture
def instance(instance: Any) -> Any:
    """Without the settings of the other tests."""
    file = instance.path / "instance.toml"
    file.write_text(file.read_text(encoding="utf-8").partition("[plugin.oidc]")[0], encoding="utf-8")
    return type(instance).load(instance.path, environ={})


@pytest.fixture
def issuer() -> str:
    return "https://id.example.org"


@pytest.mark.plugins("oidc")
def test_providers_are_set_in_the_panel(repository: Any) -> None:
    assert repository.settings("oidc").providers == []
    given = {"providers": [UNI], "client_secrets": "uni=abc other=d=ef"}
    repository.plugin_settings.change("oidc", given, SYSTEM)
    changed = repository.successor()
    assert changed.settings("oidc").client_secrets == {"uni": "abc", "other": "d=ef"}
    (provider,) = [provider for provider in changed.users.providers if provider.kind == "redirect"]
    assert (provider.name, provider.title, provider.endpoint) == ("oidc-uni", "University", "oidc.sign_in_uni")


@pytest.mark.plugins("oidc")
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("providers", "nonsense"),
        ("providers", [{**UNI, "name": "Not a name"}]),
        ("providers", [{**UNI, "issuer": "id.example.org"}]),
        ("providers", [{**UNI, "unknown": 1}]),
        ("providers", [{**UNI, "scopes": ["profile"]}]),
        ("providers", [UNI, UNI]),
        ("client_secrets", "only-a-secret"),
        ("client_secrets", {"uni": 1}),
    ],
)
def test_what_is_not_valid_is_refused_by_name(repository: Any, key: str, value: Any) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.plugin_settings.change("oidc", {key: value}, SYSTEM)
    assert [problem.field for problem in caught.value.errors] == [f"oidc.{key}"]


@pytest.mark.plugins("oidc")
@pytest.mark.hook("check_settings")
def test_a_provider_that_cannot_be_asked_is_named(repository: Any) -> None:
    local = {**UNI, "issuer": "https://127.0.0.1:9"}
    repository.plugin_settings.change("oidc", {"providers": [local], "client_secrets": "other=a"}, SYSTEM)
    problems = repository.successor().plugin_settings.check("oidc")
    assert {problem.field for problem in problems} == {"oidc.providers", "oidc.client_secrets"}
    assert "inside the own network" in str(problems)
