"""URL rules for applications that are rebuilt while the site runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.routing import BaseConverter, Map, Rule, RuleFactory
from werkzeug.routing.rules import RulePart

Builder = Callable[..., tuple[str, str]]


@dataclass(frozen=True)
class _Parsed:
    """What parsing the text of a rule gives, for rules of every map with the same converters."""

    parts: tuple[RulePart, ...]
    trace: tuple[tuple[bool, str], ...]
    variables: tuple[tuple[str, str, tuple[Any, ...], Mapping[str, Any]], ...]


#: By the text of a rule and the converters of its map; rules come from code, so there are some hundred.
_parsed: Final[dict[tuple[str, tuple[type[BaseConverter], ...]], _Parsed]] = {}


class GrowingMap(Map):
    """A map that tells which rules were added, in that order, without sorting all of them each time it is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.added: list[Rule] = []
        super().__init__(*args, **kwargs)

    def add(self, rulefactory: RuleFactory) -> None:
        super().add(rulefactory)
        if isinstance(rulefactory, Rule):
            self.added.append(rulefactory)


class LazyRule(Rule):
    """A rule whose URL builders are compiled when they are first used, and whose text is parsed once in a process.

    Compiling builders takes 70 % of the time in which an application is built, and most are never used; parsing takes
    a third of the rest, and each generation has the same rules. Overrides private methods of Werkzeug;
    `core/tests/web/test_routing.py` pins what it relies on.
    """

    def get_converter(
        self, variable_name: str, converter_name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> BaseConverter:
        self._variables.append((variable_name, converter_name, args, kwargs))
        return super().get_converter(variable_name, converter_name, args, kwargs)

    def _parse_rule(self, rule: str) -> Iterable[RulePart]:
        assert self.map is not None
        key = (rule, tuple(self.map.converters.values()))
        known = _parsed.get(key)
        if known is None:
            return self._parse_and_keep(rule, key)
        self._trace.extend(known.trace)
        for name, converter, args, kwargs in known.variables:
            self._converters[name] = super().get_converter(name, converter, args, kwargs)
            self.arguments.add(name)
        return known.parts

    def _parse_and_keep(self, rule: str, key: tuple[str, tuple[type[BaseConverter], ...]]) -> tuple[RulePart, ...]:
        before = len(self._trace)
        self._variables: list[tuple[str, str, tuple[Any, ...], Mapping[str, Any]]] = []
        parts = tuple(super()._parse_rule(rule))
        _parsed[key] = _Parsed(parts, tuple(self._trace[before:]), tuple(self._variables))
        return parts

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_now = super()._compile_builder
        compiled: list[Builder] = []

        def build(rule: Rule, *args: Any, **kwargs: Any) -> tuple[str, str]:
            # Werkzeug binds what this method returns to the rule, so a builder takes the rule first.
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, *args, **kwargs)

        return build
