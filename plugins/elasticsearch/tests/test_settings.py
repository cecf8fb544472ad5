"""What operators can set, what is refused, and what the clients say when nobody answers."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from muniment.api import SYSTEM, Repository, ValidationFailed

pytestmark = pytest.mark.plugins("elasticsearch")


@pytest.mark.hook("register_search_backends")
def test_the_backend_is_offered_and_opened_anew_with_other_settings(repository: Repository) -> None:
    before = repository.search.backends.offered["elasticsearch"]
    repository.plugin_settings.change("elasticsearch", {"flavour": "elasticsearch", "shards": 3}, SYSTEM)
    after = repository.successor().search.backends.offered["elasticsearch"]
    assert (before.title, after.title) == ("OpenSearch", "Elasticsearch")
    assert before.key != after.key


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"prefix": "Not this"}, "prefix"),
        ({"hosts": ["ftp://node"]}, "hosts"),
        ({"shards": 0}, "shards"),
        ({"flavour": "opensearch", "api_key": "abc"}, "api_key"),
    ],
)
def test_what_is_not_valid_is_refused(repository: Repository, values: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.plugin_settings.change("elasticsearch", values, SYSTEM)
    assert caught.value.errors[0].field.startswith(f"elasticsearch.{field}")


@pytest.mark.hook("check_settings")
@pytest.mark.parametrize("flavour", ["opensearch", "elasticsearch"])
def test_the_check_says_when_no_node_answers(repository: Repository, flavour: str) -> None:
    nobody = {"flavour": flavour, "hosts": ["http://127.0.0.1:9", "http://127.0.0.1:19"]}
    (problem,) = repository.plugin_settings.check("elasticsearch", nobody)
    assert problem.field == "elasticsearch.hosts"
    assert "does not answer" in problem.message
    assert not logging.getLogger("opensearch").isEnabledFor(logging.WARNING)
    assert not logging.getLogger("elastic_transport.transport").isEnabledFor(logging.WARNING)
