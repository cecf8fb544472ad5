"""New files go to the storage that the configuration names."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from muniment.files.models import StoredObject


@pytest.mark.hook("register_storage_backends")
def test_bytes_lie_in_the_storage_that_the_local_backend_offers(repository, make_record) -> None:
    make_record(files={"a.txt": b"some bytes"})
    with repository.database.read() as session:
        stored = session.execute(select(StoredObject)).scalars().one()
    assert stored.backend == "local"
    kept = [file for file in (repository.instance.var / "files").rglob("*") if file.is_file()]
    assert [file.read_bytes() for file in kept if file.name == stored.storage_key] == [b"some bytes"]
