"""One way to the cluster: what its answers mean, and how often it is asked while it is away."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from muniment_elasticsearch.cluster import AWAY, Cluster, ClusterAway, ClusterRefused, decoded, reason_of
from muniment_elasticsearch.settings import Settings


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"error": {"root_cause": [{"type": "too_busy", "reason": "the queue is full"}]}},
            "too_busy: the queue is full",
        ),
        ({"error": {"type": "too_busy"}}, "too_busy: "),
        ({"error": "no handler"}, "no handler"),
        ("<html>", "<html>"),
        (None, "no reason given"),
    ],
)
def test_the_reason_of_an_answer(body: Any, told: str) -> None:
    assert reason_of(body) == told


def test_what_a_client_keeps_of_an_answer_is_read() -> None:
    assert decoded(b'{"error": 1}') == {"error": 1}
    assert decoded("not JSON") == "not JSON"
    assert decoded({"error": 1}) == {"error": 1}


def test_an_answer_that_blames_the_request_is_no_outage(cluster: Cluster) -> None:
    with pytest.raises(ClusterRefused) as caught:
        cluster.request("GET", f"/{cluster.settings.prefix}-nothing/_mapping")
    assert caught.value.status == 404
    assert cluster.problem == ""


def test_nobody_asks_for_a_second_after_no_answer(make_node: Any) -> None:
    node = make_node()
    cluster = Cluster(SimpleNamespace(**{**Settings().load({}), "hosts": [node.address], "timeout": 1}))
    node.trouble = "slow"
    for _ in range(5):
        with pytest.raises(ClusterAway, match=AWAY):
            cluster.request("GET", "/")
    assert node.asked == 1
    assert "does not answer" in cluster.problem
    cluster.close()
