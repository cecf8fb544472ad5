"""What the start of an instance imports, seen in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

#: Libraries that take long to import or much memory, in every process of every site, and that no first answer needs.
HEAVY: Final = frozenset(
    {
        "aiohttp", "alembic", "apispec", "authlib", "bibtexparser", "boto3", "botocore", "bs4", "citeproc",
        "cryptography", "datacite", "elasticsearch", "httpx", "idutils", "isbnlib", "jsonschema", "lxml",
        "markdown_it", "numpy", "openpyxl", "opensearchpy", "pandas", "PIL", "pyarrow", "pydantic", "pylatexenc",
        "rdflib", "requests", "scipy", "urllib3", "yaml",
    }
)  # fmt: skip

_SCRIPT: Final = """
import json, sys
from pathlib import Path
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.web.generations import open_app
repository = Repository(Instance.load(Path(sys.argv[1]), environ={}), environ={})
open_app(repository)
print(json.dumps([repository.generation.names, sorted({name.partition('.')[0] for name in sys.modules})]))
repository.close()
"""


def started(instance: Path) -> tuple[list[str], list[str]]:
    """The plugins of a start, and the heavy libraries that it imported."""
    command = [sys.executable, "-c", _SCRIPT, str(instance)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    plugins, imported = json.loads(result.stdout.splitlines()[-1])
    return plugins, sorted(HEAVY.intersection(imported))
