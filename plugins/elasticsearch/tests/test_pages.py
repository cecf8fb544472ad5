"""A search typed by hand in the browser shows the same page with both backends.

What matches equally well has no order in the embedded index: no two of these records do so, where the match orders.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from muniment.api import SYSTEM, Busy, Repository
from muniment.web.app import create_app
from muniment_elasticsearch.cluster import Cluster

pytestmark = pytest.mark.plugins("elasticsearch")

Make = Callable[..., Any]

TITLES = (
    "Hourly sea-ice drift vectors of the Fram Strait",
    "Ice",
    "A sea of letters, and of people who wrote them",
    "Größe und Gewicht von Seevögeln",
    "深海生物の研究について",
    "Дрейф морского льда",
    "دراسة البحر",
    "θάλασσα και πάγος",
    "Résumé of naïve sea models",
    "<b>Bold</b> & brave: markup in titles",
    "Drift of sea ice, drift of continents, and more drift than one would think of at first",
    "Software that counts birds",
)
TYPED = (
    "", "*", "sea", "sea ice", '"sea ice"', "+sea -ice", "sea AND drift", "sea NOT ice", "(sea OR birds) AND of",
    "letters^3 drift", "title:ice", "Grosse", "größe", "深海", "深海生物", "морской", "Дрейф", "البحر",
    "θαλασσα", "naive", "bold", "&", "publication_date:[2020 TO 2026]", "resource_type.id:software", "language:eng",
    "_exists_:description", "10.5072", "nothing of the kind", '"open', "title:(", "nofield:x", "/regular/", "dri*x",
    "sea~1 AND fram", "b?rds",
)  # fmt: skip
CHOSEN = (
    "size=5&page=2", "sort=oldest&q=sea", "sort=newest&q=drif*", "sort=publication-desc", "f=resource_type:software",
    "f=access_status:open&q=sea", "f=subject:feathers&q=a*&sort=oldest", "allversions=true&sort=oldest", "page=999",
    "sort=wrong",
)  # fmt: skip
_OF_THE_VISIT = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"')


def _pages(client: Any) -> dict[str, tuple[int, str]]:
    found = {}
    for asked in (*(urlencode({"q": typed}) for typed in TYPED), *CHOSEN):
        answer = client.get(f"/search?{asked}")
        found[asked] = (answer.status_code, _OF_THE_VISIT.sub("", answer.get_data(as_text=True)))
    return found


def test_both_show_the_same_page(
    repository: Repository,
    client: Any,
    make_node: Callable[..., Any],
    make_record: Callable[..., Any],
    cluster: Cluster,
) -> None:
    for number, title in enumerate(TITLES):
        more = {"resource_type": {"id": "software"}} if number % 4 == 3 else {}
        subjects = [{"subject": "feathers"}] if number % 4 == 3 else None
        words = f"<p>{'A word about it. ' * (number % 5 + 1)}</p>" if number % 3 else None
        date = f"20{12 + number}-0{number % 9 + 1}"
        make_record(
            title=title, metadata={"description": words, "publication_date": date, "subjects": subjects, **more}
        )
    make_record(title="Secret sea ice", record_access="restricted")
    repository.search.reindex()  # what was removed counts in rareness until then
    embedded = _pages(client)
    assert embedded["q="][0] == 200
    assert "Secret" not in str(embedded)
    node = make_node()
    where = {"hosts": [node.address], "prefix": cluster.settings.prefix, "timeout": 60}
    repository.plugin_settings.change("elasticsearch", where, SYSTEM)
    offering = repository.successor()
    end = time.monotonic() + 60
    while True:
        try:
            offering.search.switch("elasticsearch", SYSTEM)
        except Busy:
            assert time.monotonic() < end
            time.sleep(0.3)
        else:
            break
    before = node.asked
    found = _pages(create_app(repository.successor()).test_client())
    assert node.asked - before > len(found), "the cluster was not asked"
    different = [asked for asked, page in found.items() if page != embedded[asked]]
    assert different == []
