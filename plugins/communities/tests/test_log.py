"""The log of a community, as those read it who look after it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from muniment_requests.listing import Asked

pytestmark = pytest.mark.plugins("communities", "requests")


def invited(kind: str, id: object, role: str = "reader") -> dict[str, Any]:
    return {"members": [{"type": kind, "id": str(id)}], "role": role}


def test_the_log_names_people_as_requests_do_and_marks_who_has_left(
    communities: Any, polar: Any, ada: Any, make_user: Any, panel_of: Any, repository: Any, join: Any
) -> None:
    """Nobody but Ada has given a name: those who look after members know them by the beginning of their address."""
    mabel, eve, max = (make_user(f"{name}@example.org") for name in ("mabel", "eve", "max"))
    communities.invitations.invite(ada.actor, polar, invited("user", mabel.subject, "curator"))
    communities.invitations.invite(ada.actor, polar, invited("email", "new@example.org", "reader"))
    (waiting,) = communities.requests.list(mabel.actor, Asked(part="waiting")).requests
    communities.requests.act(mabel.actor, waiting.id, "accept")
    join(polar, eve)
    join(polar, max, "manager")
    communities.members.remove(max.actor, polar, invited("user", eve.subject))
    for one in (eve, max):
        repository.erasure.erase(one.subject)
    own = panel_of(ada)
    lines = re.findall(r"<li>.*?<p>(.*?)</p>", own.get("/communities/polar/log"), re.DOTALL)
    done = [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in lines]
    assert "Ada Lovelace invited somebody: mabel (Curator)" in done
    assert "Ada Lovelace invited somebody: Reader" in done
    assert "mabel accepted an invitation: Curator" in done
    assert "Somebody who has left removed a member: Somebody who has left (Reader)" in done
    assert not [one for one in done if "user " in one or "example.org" in one]
    assert "mabel" in own.get("/communities/polar/members")
    communities.members.change(mabel.actor, polar, {**invited("user", mabel.subject, "curator"), "visible": True})
    page = panel_of(make_user("pia@example.org")).get("/communities/polar/members")
    assert f"user {mabel.subject}" in page
    assert "mabel" not in page, "strangers do not read the beginning of an address"
