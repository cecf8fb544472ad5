"""The built-in plugin `vocabularies`: the lists whose files come with the core, and the API of all lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import muniment.vocabularies
from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext
from muniment.vocabularies.vocabulary import Vocabulary

if TYPE_CHECKING:
    from muniment.jobs.declarations import EventHandler
    from muniment.web.blueprints import BlueprintSpec

DATA: Final = Path(muniment.vocabularies.__file__).parent / "data"

#: Name, file, English title, German title.
VOCABULARIES: Final = (
    ("code:developmentStatus", "development-status", "Development statuses", "Entwicklungsstände"),
    ("code:programmingLanguages", "programming-languages", "Programming languages", "Programmiersprachen"),
    ("contributorsroles", "roles", "Roles of contributors", "Rollen der Mitwirkenden"),
    ("creatorsroles", "roles", "Roles of creators", "Rollen der Urheber"),
    ("datetypes", "datetypes", "Kinds of dates", "Arten von Zeitangaben"),
    ("descriptiontypes", "descriptiontypes", "Kinds of descriptions", "Arten von Beschreibungen"),
    ("languages", "languages", "Languages", "Sprachen"),
    ("licenses", "licenses", "Licences", "Lizenzen"),
    ("relationtypes", "relationtypes", "Relations", "Beziehungen"),
    ("removalreasons", "removalreasons", "Reasons for removal", "Gründe der Entfernung"),
    ("resourcetypes", "resourcetypes", "Resource types", "Ressourcentypen"),
    ("titletypes", "titletypes", "Kinds of titles", "Arten von Titeln"),
)


class Plugin:
    """Offers the core's own vocabularies and `/api/vocabularies`."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_vocabularies(self) -> list[Vocabulary]:
        return [
            Vocabulary(name, {"en": english, "de": german}, DATA / f"{file}.jsonl")
            for name, file, english, german in VOCABULARIES
        ]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        from muniment.vocabularies.service import LOADER

        return [LOADER]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        from muniment.web.rest.vocabularies import BLUEPRINTS

        return list(BLUEPRINTS)
