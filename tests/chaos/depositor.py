"""A client that deposits without pause and writes down what the server has acknowledged."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from typing import Any

import requests

from muniment.testing.documents import document


@dataclass
class Promises:
    """What was answered with success: it must be true for ever after."""

    drafts: dict[str, str] = field(default_factory=dict)
    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)
    #: What was asked for without an answer: it may have happened or not, but not by half.
    uncertain: set[str] = field(default_factory=set)


class Depositor(threading.Thread):
    """Creates, uploads, publishes, edits and makes new versions until the server goes away or it is told to stop."""

    def __init__(self, url: str, token: str, promises: Promises, seed: int) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.promises = promises
        self.random = random.Random(seed)
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.halt = threading.Event()
        self.number = 0
        self.surprises: list[str] = []

    def run(self) -> None:
        while not self.halt.is_set():
            try:
                self.deposit()
            except requests.RequestException:
                return

    def _call(self, method: str, path: str, expected: int, **arguments: Any) -> dict[str, Any]:
        answer = self.session.request(method, f"{self.url}/api{path}", timeout=20, **arguments)
        if answer.status_code != expected:
            if answer.status_code not in (502, 503):
                self.surprises.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            raise requests.RequestException(answer.text)
        return answer.json() if answer.content else {}

    def deposit(self) -> None:
        """One record with a file; often with an edit and a further version."""
        self.number += 1
        title = f"Chaos record {self.random.randrange(10**9)}"
        draft = self._call("POST", "/records", 201, json=document(title, files_enabled=True))
        number = draft["id"]
        self.promises.drafts[number] = title
        self._upload(number)
        self._publish(number, title)
        if self.random.random() < 0.5:
            self._edit(number)
        if self.random.random() < 0.5:
            self._new_version(number)

    def _upload(self, number: str) -> None:
        content = self.random.randbytes(self.random.choice((10, 5_000, 300_000)))
        path = f"/records/{number}/draft/files"
        self._call("POST", path, 201, json=[{"key": "data.bin"}])
        self._call("PUT", f"{path}/data.bin/content", 200, data=content)
        self._call("POST", f"{path}/data.bin/commit", 200)
        self.promises.files[number, "data.bin"] = content

    def _publish(self, number: str, title: str) -> None:
        self.promises.uncertain.add(number)
        self._call("POST", f"/records/{number}/draft/actions/publish", 202)
        self.promises.published[number] = title
        self.promises.drafts.pop(number, None)
        self.promises.uncertain.discard(number)

    def _edit(self, number: str) -> None:
        draft = self._call("POST", f"/records/{number}/draft", 201)
        title = f"Edited chaos {self.random.randrange(10**9)}"
        draft["metadata"]["title"] = title
        self._call("PUT", f"/records/{number}/draft", 200, json=draft)
        self.promises.drafts[number] = title
        self._publish(number, title)

    def _new_version(self, number: str) -> None:
        draft = self._call("POST", f"/records/{number}/versions", 201)
        fresh, title = draft["id"], draft["metadata"]["title"]
        self.promises.drafts[fresh] = title
        self._call("POST", f"/records/{fresh}/draft/actions/files-import", 201)
        self.promises.files[fresh, "data.bin"] = self.promises.files[number, "data.bin"]
        self._publish(fresh, title)
