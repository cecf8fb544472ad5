"""`/healthz` and `/readyz`."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError


def test_a_process_that_answers_is_healthy(client: Any) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json["status"]) == (200, "ok")
    assert response.headers["Cache-Control"] == "no-store"


def test_a_repository_that_can_work_is_ready(client: Any, repository: Any) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json["checks"] == {"database": "ok", "tables": "ok", "folder": "ok"}
    assert response.json["generation"] == repository.generation.number


def test_a_database_that_does_not_answer_is_a_503_without_its_address(
    client: Any, repository: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise OperationalError("SELECT 1", {}, Exception("postgresql://user:secret@db refused"))

    monkeypatch.setattr(repository.database, "read", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json["checks"]["database"] == "failed"
    assert "Retry-After" in response.headers
    assert b"secret" not in response.data
    assert client.get("/healthz").status_code == 200


def test_a_lost_folder_is_told(client: Any, instance: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(instance), "var", instance.path / "gone")
    assert client.get("/readyz").json["checks"]["folder"] == "failed"
