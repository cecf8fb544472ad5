"""What the lazily compiled URL rules rely on in Werkzeug, and that they behave like its own."""

from __future__ import annotations

import inspect

from werkzeug.routing import BaseConverter, Map, Rule

from muniment.web.app import tolerant_path
from muniment.web.routing import GrowingMap, LazyRule

RULES = ("/", "/records/<id>", "/records/<id>/files/<path:key>", "/<int:number>/x", "/list")


def _bound() -> Rule:
    (rule,) = Map([Rule("/records/<id>", endpoint="record")]).iter_rules()
    return rule


def test_werkzeug_still_compiles_builders_by_the_method_that_is_overridden() -> None:
    assert list(inspect.signature(Rule._compile_builder).parameters) == ["self", "append_unknown"]
    assert list(inspect.signature(Rule._parse_rule).parameters) == ["self", "rule"]
    assert {"_trace", "_converters", "arguments"} <= vars(_bound()).keys()


def _addresses(rule_class: type[Rule]) -> list[str]:
    adapter = Map([rule_class(rule, endpoint=rule) for rule in RULES]).bind("localhost")
    return [
        adapter.build("/"),
        adapter.build("/records/<id>", {"id": "a b"}),
        adapter.build("/records/<id>/files/<path:key>", {"id": "1", "key": "data/ä.csv"}),
        adapter.build("/<int:number>/x", {"number": 7}),
        adapter.build("/list", {"q": "deep sea", "page": 2}),
        adapter.build("/list", {"q": ["a", "b"]}),
    ]


def test_addresses_are_built_as_by_werkzeug() -> None:
    assert _addresses(LazyRule) == _addresses(Rule)


class _Shouting(BaseConverter):
    regex = "[A-Z]+"


def test_what_is_parsed_once_serves_every_map_and_other_converters_are_told_apart() -> None:
    first, second = (Map([LazyRule(rule, endpoint=rule) for rule in RULES]) for _ in range(2))
    for rules in (first, second):
        assert rules.bind("localhost").match("/records/1/files/a/b") == (RULES[2], {"id": "1", "key": "a/b"})
        (rule,) = rules.iter_rules(RULES[2])
        assert rule.arguments == {"id", "key"}
        assert {converter.map for converter in rule._converters.values()} == {rules}
    loud = Map([LazyRule("/records/<id>", endpoint="loud")], converters={"default": _Shouting}).bind("localhost")
    assert loud.test("/records/ABC")
    assert not loud.test("/records/1")


def test_builders_are_compiled_once_and_only_when_used(monkeypatch: object) -> None:
    compiled: list[str] = []
    original = Rule._compile_builder

    def counting(self: Rule, append_unknown: bool = True) -> object:
        compiled.append(self.rule)
        return original(self, append_unknown)

    Rule._compile_builder = counting  # type: ignore[assignment,method-assign]
    try:
        adapter = Map([LazyRule(rule, endpoint=rule) for rule in RULES]).bind("localhost")
        assert adapter.match("/records/1") == ("/records/<id>", {"id": "1"})
        assert compiled == []
        for _ in range(3):
            adapter.build("/records/<id>", {"id": "1"})
        assert compiled == ["/records/<id>"]
    finally:
        Rule._compile_builder = original  # type: ignore[method-assign]


def test_slashes_are_merged_and_ends_tolerated() -> None:
    assert tolerant_path("//api//records/") == "/api/records"
    assert tolerant_path("/api/") == "/api"
    assert tolerant_path("") == "/"
    assert tolerant_path("/records//12") == "/records/12"
    assert tolerant_path("/doi/10.1000//a") == "/doi/10.1000//a"
    assert tolerant_path("/records/12/") == "/records/12/"


def test_a_map_tells_what_was_added_in_order() -> None:
    rules = GrowingMap([LazyRule("/b", endpoint="b")])
    rules.add(LazyRule("/a", endpoint="a"))
    assert [rule.rule for rule in rules.added] == ["/b", "/a"]
    assert {rule.rule for rule in rules.iter_rules()} == {"/a", "/b"}
