"""URL rules for applications that are rebuilt while the site runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Map, Rule, RuleFactory

Builder = Callable[..., tuple[str, str]]


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
    """A rule whose URL builders are compiled when they are first used.

    Compiling them takes 70 % of the time in which an application is built, and most are never used. Overrides a
    private method of Werkzeug; `core/tests/web/test_routing.py` pins what it relies on.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compile_now = super()._compile_builder
        compiled: list[Builder] = []

        def build(rule: Rule, *args: Any, **kwargs: Any) -> tuple[str, str]:
            # Werkzeug binds what this method returns to the rule, so a builder takes the rule first.
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, *args, **kwargs)

        return build
