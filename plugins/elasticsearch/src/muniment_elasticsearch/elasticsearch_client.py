"""Elasticsearch, through its own client."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from elasticsearch import ApiError, Elasticsearch, SSLError, TransportError, UnsupportedProductError

from muniment_elasticsearch.cluster import Answered, Json, Unreachable, Untrusted, decoded


class ElasticsearchClient:
    """Nodes that do not answer are passed over by the client and asked again later."""

    def __init__(self, settings: SimpleNamespace) -> None:
        options: dict[str, Any] = {}
        if settings.ca_file:
            options["ca_certs"] = settings.ca_file
        if settings.api_key:
            options["api_key"] = settings.api_key
        elif settings.username:
            options["basic_auth"] = (settings.username, settings.password)
        several = len(settings.hosts) > 1
        self._client = Elasticsearch(
            list(settings.hosts),
            request_timeout=settings.timeout,
            max_retries=len(settings.hosts) - 1,
            retry_on_status=(),
            retry_on_timeout=several,
            **options,
        )

    def send(self, method: str, path: str, params: Json, body: Any, seconds: float, *, lines: bool) -> Any:
        kind = "application/x-ndjson" if lines else "application/json"
        headers = {"accept": "application/json", **({"content-type": kind} if body is not None else {})}
        try:
            answer = self._client.options(request_timeout=seconds).perform_request(
                method, path, params=params or None, headers=headers, body=body
            )
        except UnsupportedProductError as error:
            raise Unreachable(f"{error}; is it OpenSearch?") from error
        except ApiError as error:
            if error.status_code == 406:
                raise Unreachable("it does not understand Elasticsearch's client; is it OpenSearch?") from error
            raise Answered(error.status_code, decoded(error.body)) from error
        except SSLError as error:
            raise Untrusted(str(error)) from error
        except TransportError as error:
            raise Unreachable(str(error)) from error
        return answer.body

    def close(self) -> None:
        self._client.close()
