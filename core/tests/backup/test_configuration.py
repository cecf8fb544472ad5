"""The database's address is changed in `instance.toml`, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from muniment.backup.configuration import set_database_url, with_database_url

URL = "postgresql://muniment:p%40ss@db/muniment"


@pytest.mark.parametrize(
    "text",
    [
        '[site]\nurl = "http://a"\n\n[database]\n# why\nurl = "sqlite:///a.db"\npool_size = 3\n\n[mail]\nhost = "m"\n',
        "[database]\npool_size = 3\n",
        '[ database ]  # here\nurl="x"\n',
        '[site]\nname = "A"\n',
        "",
    ],
)
def test_only_the_address_changes(text: str) -> None:
    before = tomllib.loads(text)
    after = tomllib.loads(with_database_url(text, URL))
    assert after.pop("database") == {**before.pop("database", {}), "url": URL}
    assert after == before


def test_comments_and_order_stay() -> None:
    text = '# mine\n[database]\n# why\nurl = "sqlite:///var/a.db"\n'
    assert with_database_url(text, URL) == f'# mine\n[database]\n# why\nurl = "{URL}"\n'


def test_the_file_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "instance.toml"
    file.write_text("[database]\n")
    file.chmod(0o640)
    set_database_url(file, URL)
    assert file.stat().st_mode & 0o777 == 0o640
