"""Invenio's contract for serializers, in both directions: texts of this repository for its builders, and serializers
made for Invenio as formats here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points, version
from types import SimpleNamespace
from typing import Any, Final

from muniment.api import ExportFormat, HarvestForm

GROUP: Final = "muniment_oaipmh_invenio.formats"


def parsed(_pid: Any, record: Mapping[str, Any]) -> Any:
    """A serializer as Invenio calls it, of a record that is written already: the element of its text."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
    return etree.fromstring(record["_source"], parser)


def formats() -> list[ExportFormat]:
    """The formats that installed packages offer."""
    return [_format(point) for point in entry_points(group=GROUP)]


def _format(point: EntryPoint) -> ExportFormat:
    """An export format for harvesters alone. Its serializer is loaded when the first record is written."""
    described: Mapping[str, Any] = point.load()
    form = HarvestForm(point.name, described["namespace"], described["schema"])

    def write(record: Mapping[str, Any]) -> bytes:
        from lxml import etree

        pid = SimpleNamespace(pid_value=str(record["id"]))
        return bytes(etree.tostring(_serializer(described["serializer"])(pid, {"_source": record}), encoding="UTF-8"))

    return ExportFormat(
        name=f"oaipmh-{point.name}",
        title=point.name,
        media_type="application/xml",
        extension=".xml",
        write=write,
        revision=version(point.dist.name) if point.dist is not None else "1",
        accepts=(),
        harvest=(form,),
        listed=False,
    )


def _serializer(named: Any) -> Callable[..., Any]:
    """What Invenio's configuration calls a serializer: a function, its name, or a pair of that and keywords."""
    from functools import partial

    from invenio_base.utils import obj_or_import_string

    if isinstance(named, tuple):
        function, keywords = named
        return partial(obj_or_import_string(function), **keywords)
    found: Callable[..., Any] = obj_or_import_string(named)
    return found
