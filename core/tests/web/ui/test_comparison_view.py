"""Two editions of a record, field by field, line by line, word by word."""

from __future__ import annotations

from typing import Any

from muniment.web.ui.comparison_view import FieldComparison, compare, described


def _shown(field: FieldComparison) -> list[tuple[str | None, str | None]]:
    """The rows with what changed between brackets."""

    def side(segments: Any) -> str | None:
        if segments is None:
            return None
        return "".join(f"[{part.text}]" if part.changed else part.text for part in segments)

    return [(side(row.old), side(row.new)) for row in field.rows]


def _compare(old: dict[str, Any], new: dict[str, Any]) -> dict[str, list[tuple[str | None, str | None]]]:
    found = compare({"metadata": old}, {"metadata": new}, "en")
    return {field.path.partition(".")[2]: _shown(field) for field in found if field.changed}


def test_words_of_a_line() -> None:
    assert _compare({"title": "Drift of sea ice"}, {"title": "Drift of lake ice"}) == {
        "title": [("Drift of [sea] ice", "Drift of [lake] ice")]
    }
    assert _compare({"title": "One thing"}, {"title": "Quite another"}) == {
        "title": [("[One thing]", "[Quite another]")]
    }


def test_paragraphs_of_a_description_without_their_markup() -> None:
    old = {"description": "<p>Stays &amp; stays.</p><p>Goes.</p>"}
    new = {"description": "<p>Stays &amp; stays.</p><ul><li>Comes.</li></ul>"}
    assert _compare(old, new) == {"description": [("Stays & stays.", "Stays & stays."), ("[Goes.]", "[Comes.]")]}


def test_entries_of_a_list(record: dict[str, Any], every_text: Any) -> None:
    creators = record["metadata"]["creators"]
    (rows,) = _compare({"creators": creators}, {"creators": creators[1:]}).values()
    assert rows[0][1] is None
    assert rows[0][0] is not None
    assert "Adeyemi, Ngozi" in rows[0][0]
    assert rows[1] == ("Bakke, Ingrid · Universidad de Concepción · Supervisor",) * 2
    assert compare(every_text(record, lambda text: text), record, "de") is not None


def test_a_field_that_comes_or_goes() -> None:
    assert _compare({}, {"subjects": [{"subject": "Ice"}]}) == {"subjects": [(None, "[Ice]")]}
    assert _compare({"version": "1"}, {"version": "1"}) == {}


def test_who_may_see_it() -> None:
    old, new = ({"access": {"record": value, "files": "public"}} for value in ("public", "restricted"))
    assert [field.label for field in compare(old, new, "en") if field.changed] == ["Who may see the record"]


def test_any_value_can_be_described() -> None:
    assert described(None, "en") == ""
    assert described(True, "en") == "yes"
    assert described({"id": "x", "title": {"en": "Term", "de": "Begriff"}}, "de") == "Begriff"
    assert described({"award": {"number": "7"}, "empty": []}, "en") == "award: number: 7"
    deep: dict[str, Any] = {}
    for _ in range(50):
        deep = {"a": deep}
    assert described({"deep": deep, "b": 1}, "en").endswith("b: 1")
