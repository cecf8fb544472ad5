"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

from muniment.api import (
    Actor,
    BlueprintSpec,
    EventHandler,
    Fragment,
    Job,
    PluginContext,
    RecordItem,
    Representation,
    TypedLink,
    implements,
)
from muniment_signposting import head, ranges
from muniment_signposting.links import LINKSET, Links
from muniment_signposting.ranges import Ranges
from muniment_signposting.views import addresses


class Plugin:
    """What machines follow: typed links, citation tags, sitemaps and feeds."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def links(self) -> Links:
        return Links(self.context.repository)

    @cached_property
    def ranges(self) -> Ranges:
        return Ranges(self.context.repository)

    @implements
    def record_links(self, number: str, record: RecordItem | None, place: str) -> list[TypedLink]:
        if place == "page" and record is not None:
            return self.links.of_page(record)
        return self.links.of_file(number) if place == "file" else self.links.of_metadata(number)

    @implements
    def register_representations(self) -> list[Representation]:
        def write(item: Any, _reader: Actor) -> bytes:
            return self.links.document(item)

        return [Representation("linkset", (LINKSET,), write)]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [
            EventHandler("signposting.follow", ranges.FOLLOWED, self.ranges.follow),
            EventHandler("signposting.begin", ("plugins.changed",), self.ranges.begin, timeout=timedelta(hours=1)),
        ]

    @implements
    def register_jobs(self) -> list[Job]:
        return [Job("signposting.fill", "*/10 * * * *", self.ranges.fill, "Date files of the sitemap without a date")]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [addresses(self.context.repository)]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        if slot == "record.head":
            return [Fragment(head.of_record(self.context.repository, context["record"].data))]
        if slot == "page.head":
            return [Fragment(head.of_page(self.context.repository.config.site.name))]
        return []
