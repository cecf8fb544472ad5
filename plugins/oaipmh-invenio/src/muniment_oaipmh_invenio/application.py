"""An application that is never served: Invenio-OAIServer finds its extension, configuration and address in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Final

from flask import Blueprint, Flask, g
from invenio_oaiserver.ext import InvenioOAIServer

from muniment_oaipmh.api import Identity, MetadataFormat

#: What Invenio's own endpoint is called; its builders ask for the address of that.
_BLUEPRINT: Final = "invenio_oaiserver"
_CREATED: Final = "created"


class OldestRecord:
    """Stands where Invenio has a search server: the one thing that its builders ask for is the oldest record."""

    def __init__(self, **_index: Any) -> None:
        pass

    def sort(self, *_keys: Any) -> OldestRecord:
        return self

    def __getitem__(self, _slice: slice) -> OldestRecord:
        return self

    def execute(self) -> Any:
        hit = SimpleNamespace(to_dict=lambda: {"_source": {_CREATED: g.earliest}})
        return SimpleNamespace(hits=SimpleNamespace(hits=[hit]))


def make_application(identity: Identity, formats: Mapping[str, MetadataFormat], secret: str) -> Flask:
    """The application, configured as Invenio documents it (`invenio_oaiserver.config`)."""
    app = Flask("muniment_oaipmh_invenio", static_folder=None)
    app.config.update(
        SECRET_KEY=secret,
        OAISERVER_ADMIN_EMAILS=list(identity.emails),
        OAISERVER_COMPRESSIONS=["gzip"],
        OAISERVER_CREATED_KEY=_CREATED,
        OAISERVER_DESCRIPTIONS=identity.descriptions(),
        OAISERVER_ID_PREFIX=identity.identifier(""),
        OAISERVER_METADATA_FORMATS=_configured(list(formats.values())),
        OAISERVER_PAGE_SIZE=identity.page_size,
        OAISERVER_REGISTER_RECORD_SIGNALS=False,
        OAISERVER_REPOSITORY_NAME=identity.name,
        OAISERVER_RESUMPTION_TOKEN_EXPIRE_TIME=identity.token_seconds,
        OAISERVER_SEARCH_CLS=OldestRecord,
    )
    InvenioOAIServer(app)
    blueprint = Blueprint(_BLUEPRINT, __name__)
    blueprint.add_url_rule("/oai2d", "response", lambda: "")
    app.register_blueprint(blueprint)
    return app


def _configured(formats: Sequence[MetadataFormat]) -> dict[str, dict[str, str]]:
    serializer = "muniment_oaipmh_invenio.serializing:parsed"
    return {one.prefix: {"schema": one.schema, "namespace": one.namespace, "serializer": serializer} for one in formats}
