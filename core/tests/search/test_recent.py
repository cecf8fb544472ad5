"""What was found lately is kept, and the oldest goes first."""

from __future__ import annotations

from muniment.search.recent import Recent


def test_what_was_not_asked_for_longest_goes() -> None:
    recent: Recent[int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)
