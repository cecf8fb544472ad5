"""OpenSearch, through opensearch-py."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionError as Away
from opensearchpy.exceptions import SerializationError, SSLError, TransportError

from muniment_elasticsearch.cluster import Answered, Json, Unreachable, Untrusted, decoded


class OpenSearchClient:
    """Nodes that do not answer are passed over by the client and asked again later."""

    def __init__(self, settings: SimpleNamespace) -> None:
        self._client = OpenSearch(
            hosts=list(settings.hosts),
            http_auth=(settings.username, settings.password) if settings.username else None,
            ca_certs=settings.ca_file or None,
            timeout=settings.timeout,
            max_retries=len(settings.hosts) - 1,
            retry_on_status=(),
            retry_on_timeout=len(settings.hosts) > 1,
        )

    def send(self, method: str, path: str, params: Json, body: Any, seconds: float, *, lines: bool) -> Any:
        headers = {"content-type": "application/x-ndjson"} if lines else None
        try:
            return self._client.transport.perform_request(
                method, path, headers=headers, params={**params, "request_timeout": seconds}, body=body
            )
        except SSLError as error:
            raise Untrusted(str(error.error)) from error
        except SerializationError as error:
            raise Unreachable(f"what answers is no cluster: {error}") from error
        except Away as error:
            raise Unreachable(str(error.error)) from error
        except TransportError as error:
            raise Answered(int(error.status_code), decoded(error.info)) from error

    def close(self) -> None:
        self._client.close()
