"""Whole record pages for visitors, kept in memory: what they show follows from their key alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

from muniment.web.compression import pack

#: Bytes of pages that one process keeps.
CAPACITY = 8_000_000
#: Longer pages (thousands of authors) are made anew each time, so that they do not push out all others.
LONGEST = 400_000


@dataclass(frozen=True)
class KeptPage:
    """A page as it is sent, and packed; `links` is its header `Link`, or empty."""

    plain: bytes
    links: str = ""

    @cached_property
    def packed(self) -> bytes:
        return pack(self.plain)

    def __len__(self) -> int:
        return len(self.plain) + len(self.packed)


class PageCache:
    """The most recently used pages. Safe to use from many threads; a new generation starts with an empty one."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: KeptPage) -> None:
        if len(page.plain) > min(LONGEST, self._capacity):
            return
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += len(page) - (len(before) if before else 0)
            self._pages[key] = page
            while self._bytes > self._capacity:
                _, oldest = self._pages.popitem(last=False)
                self._bytes -= len(oldest)

    def __len__(self) -> int:
        return len(self._pages)
