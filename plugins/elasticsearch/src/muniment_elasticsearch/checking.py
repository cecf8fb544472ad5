"""Tries out settings: whether the cluster answers, and is what it is said to be."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from muniment.api import Problem
from muniment_elasticsearch.cluster import Answered, Cluster, ClusterAway, ClusterRefused, Untrusted


def check_cluster(settings: SimpleNamespace) -> list[Problem]:
    if settings.ca_file and not Path(settings.ca_file).is_file():
        return [Problem("ca_file", "There is no such file.")]
    cluster = Cluster(settings)
    try:
        said = cluster.request("GET", "/").get("version", {})
        health = cluster.request("GET", "/_cluster/health")
    except ClusterAway as error:
        return [Problem(_field_of(error, settings), cluster.problem or str(error))]
    except (ClusterRefused, OSError, ValueError) as error:
        return [Problem("hosts", f"It cannot be used: {error}")]
    finally:
        cluster.close()
    found = "opensearch" if said.get("distribution") == "opensearch" else "elasticsearch"
    if found != settings.flavour:
        return [Problem("flavour", f"These nodes run {found}.")]
    nodes = int(health.get("number_of_data_nodes", 1))
    if settings.replicas >= nodes:
        message = f"With {nodes} nodes at most {nodes - 1} copies can be kept."
        return [Problem("replicas", message)]
    return []


def _field_of(error: ClusterAway, settings: SimpleNamespace) -> str:
    """The setting that is to blame."""
    cause = error.__cause__
    if isinstance(cause, Untrusted):
        return "ca_file"
    if isinstance(cause, Answered) and cause.status in (401, 403):
        return "api_key" if settings.api_key else "password"
    return "hosts"
