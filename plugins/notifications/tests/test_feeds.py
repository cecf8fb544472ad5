"""The feed: at a secret address that its person can end."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from muniment.api import Repository

pytestmark = pytest.mark.plugins("notifications", "probe")


def test_a_feed_is_read_signed_out_until_it_is_ended(
    happen: Any, ada: Any, panel_of: Any, client: Any, repository: Repository
) -> None:
    happen(ada, title="Tides & <waves>", path="/records/1#files")
    browser = panel_of(ada)
    page = browser.post("/me/notifications/settings/feed", status=200)
    (path,) = re.findall(r"http://localhost:5000(/notifications/feed/[\w-]+)", page)
    answer = client.get(path)
    assert answer.mimetype == "application/atom+xml"
    assert "private" in answer.headers["Cache-Control"]
    feed = ElementTree.fromstring(answer.data)
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    link = entry.find(f"{atom}link")
    assert link is not None
    assert entry.findtext(f"{atom}title") == "“Tides & <waves>” was made by Nobody"
    assert link.get("href") == "http://localhost:5000/records/1#files"
    assert path not in browser.get("/me/notifications/settings"), "it is shown once"

    other = re.findall(r"/notifications/feed/[\w-]+", browser.post("/me/notifications/settings/feed", status=200))[0]
    assert (client.get(path).status_code, client.get(other).status_code) == (404, 200)
    repository.users.block(ada.subject)
    assert client.get(other).status_code == 404
    repository.users.restore(ada.subject)
    assert "switched off" in panel_of(ada).post("/me/notifications/settings/feed", do="end")
    assert client.get(other).status_code == 404
