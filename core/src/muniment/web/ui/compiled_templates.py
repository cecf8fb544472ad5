"""Templates are compiled once in a process, not once for each application that a switch of a plugin builds."""

from __future__ import annotations

from types import CodeType
from typing import Final

from jinja2.bccache import Bucket, BytecodeCache

#: Versions of templates beyond this push out the oldest; a site has some hundred.
_MOST: Final = 2000


class CompiledTemplates(BytecodeCache):
    """Keeps the code of templates in memory, by name, file and source.

    One object serves the environments that compile alike: same options, same extensions.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code
        while len(self._codes) > self._most:
            self._codes.pop(next(iter(self._codes)), None)


COMPILED: Final = CompiledTemplates()
