"""Hooks of the record lifecycle: what records consist of, and who is asked before one is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from muniment.hooks.meta import hook

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.access.labels import LabelOnWork
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.errors import Problem
    from muniment.events.event import RecordEvent
    from muniment.names.suggested import NameType, SuggestedName
    from muniment.pids.provider import IdentifierProvider
    from muniment.records.export_formats import ExportFormat
    from muniment.records.forms import FormEffect
    from muniment.records.importing import ImportFormat
    from muniment.records.items import RecordItem
    from muniment.records.links import RecordLink
    from muniment.records.parts import RecordPart
    from muniment.records.publication import Publication
    from muniment.records.schemas.fields import MetadataField
    from muniment.records.snapshots import DraftSnapshot
    from muniment.search.backend_spec import SearchBackendSpec
    from muniment.search.record_facet import RecordFacet
    from muniment.vocabularies.vocabulary import Vocabulary
    from muniment.web.typed_links import TypedLink


class RecordHooks:
    """What plugins add to records and decide about them."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_metadata_fields(self) -> list[MetadataField]:
        """Add custom fields (``custom_fields`` in the JSON) with their validation, search and display hints.

        :returns: fields; names are namespaced like ``journal:journal`` and unique.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_vocabularies(self) -> list[Vocabulary]:
        """Offer controlled vocabularies and where their terms come from.

        :returns: vocabularies; their names are part of addresses and unique.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_facets(self) -> list[RecordFacet]:
        """Add facets to searches, over what records hold: values that are counted and chosen beside the results.

        Their values are taken whenever a record or draft is indexed, in the process that keeps the index and outside
        any transaction; a value function that raises leaves that record out of the facet, and the log tells so. After
        the plugin was switched on, the index is filled in the background; the facet says *being prepared* until then.

        :returns: facets; their names are arguments of searches and unique.
        """

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def listing_labels(self, parents: Sequence[int]) -> list[LabelOnWork]:
        """Say whose labels see restricted records in lists: members of a group, say, to which works belong.

        Called outside any transaction: when records are indexed, so that searches, counts and facets are right for
        holders of the label however many records there are, and once for a page of results, for those of its records
        that the reader does not see by the core's labels. Give the label to readers by `actor_labels`; who loses it
        finds the records no more with the next request. When the answer for a parent has changed, have it indexed
        again (`records.renew_parents`). When it raises, the records are hidden from all but those whom the core shows
        them. It must not depend on who asks.

        :param parents: the numbers of the parents of restricted records.
        :returns: for each parent the labels that see it, with the level that they have on it.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_search_backends(self) -> list[SearchBackendSpec]:
        """Offer a search engine; operators switch to it in the control panel or with `muniment search switch`.

        It is opened when it is used or filled for the first time, and stays open as long as its `key` is the same.

        :returns: backends; the name is stored and must stay the same.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_record_parts(self) -> list[RecordPart]:
        """Own a part of the record's JSON, in and out: ``ext.<name>``, or a path that belongs to the feature.

        A part is stored by the core beside the metadata and survives while its plugin is off: hidden, and copied
        along by edit, publish and new version. What a plugin keeps in tables of its own is its own concern.

        :returns: parts; two owners of one path are an error that names both.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_json_links(self) -> list[RecordLink]:
        """Add links to the JSON of records and drafts (`links`), each to an endpoint of this plugin that answers.

        They are part of the public JSON that is stored: once they are others, because a plugin was switched, every
        record is rendered again when it is next read. So they depend on the generation alone, which other plugins are
        on for instance, and on no record.

        :returns: links; their names are unique and none of the core's.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_identifier_providers(self) -> list[IdentifierProvider]:
        """Provide persistent identifiers for versions and for parents (`pids` in the JSON).

        A provider proposes the identifier inside the transaction that reserves it, so it must not talk to the
        outside; registration belongs into an event handler.

        :returns: providers; the pair of scheme and provider name is unique.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_import_formats(self) -> list[ImportFormat]:
        """Read metadata of other systems: each format turns one document into drafts of this repository.

        :returns: formats, asked in order when the command line does not name one.
        """

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_export_formats(self) -> list[ExportFormat]:
        """Write records for other software: each format is in the menu of record pages, under
        ``/records/ID/export/NAME``, and answers the API and the page by its media types.

        Formats are written outside any transaction from the public JSON, and kept until record or format change.

        :returns: formats; their names and media types are unique.
        """

    @hook(kind="filter", when="request", errors="isolate", since="0.1")
    def export_document(self, value: bytes, record: Mapping[str, Any], format: str) -> bytes:
        """Change what an export format has written: add what another community looks for in it.

        Called once for each record and format, when the document is written; it is then kept until the record, the
        format, or the version or a setting of a plugin with this hook change. It must depend on its arguments only.
        When it raises, the document stays as it was.

        :param value: the document, complete, as the format or the plugin before wrote it.
        :param record: the public JSON that it was written from.
        :param format: the name of the export format, for instance ``dublincore``.
        :returns: the document, changed or not.
        """

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def record_links(self, number: str, record: RecordItem | None, place: str) -> list[TypedLink]:
        """Give answers about a published record typed links in their header ``Link`` (RFC 8288).

        Called outside any transaction, for readers who may see what is linked from. A record page is kept in memory
        with its links: what they say follows from the record and the generation alone.

        :param number: the public id of the version.
        :param record: the record as the reader sees it; None where it was not read, for files.
        :param place: ``page``, ``api`` or ``file``: where the links stand. For ``api`` of public records this is called
            on the way that is hot: it must not touch `record.data`.
        :returns: links, sent in this order.
        """

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def suggest_names(self, text: str, type: NameType, size: int) -> list[SuggestedName]:
        """Suggest people or organisations to somebody who deposits and types a name.

        Called outside any transaction, with every pause in typing: answer within a few milliseconds, from what is at
        hand. One that raises is left out.

        :param text: what was typed so far, at least two characters without blanks around them.
        :param type: ``personal`` for people, ``organizational`` for organisations, which are affiliations too.
        :param size: how many are shown at most.
        :returns: names, the likeliest first. What they say about people must be public.
        """

    @hook(kind="check", when="before_transaction", errors="raise", since="0.1")
    def check_draft(self, draft: DraftSnapshot, actor: Actor, stage: str) -> list[Problem]:
        """Say what is wrong with a draft, on a frozen snapshot, before any transaction is opened.

        Every plugin is asked and all problems come back at once. An exception aborts the operation.

        :param draft: the draft with its metadata, parts and files as they would be stored or published. One that is
            about to be made has no number yet: `record_id` and `parent_id` are 0 and `number` is empty.
        :param actor: who saves or publishes.
        :param stage: ``save`` (problems are stored and shown beside the draft, nothing is refused) or ``publish``
            (errors refuse).
        :returns: problems, each with the dotted path of its field.
        """

    @hook(kind="collect", when="request", errors="isolate", since="0.1")
    def draft_form_saved(self, number: str, form: Mapping[str, Sequence[str]], actor: Actor) -> list[FormEffect]:
        """Do what the plugin's own controls in a form of a draft ask for, now that the draft is there and saved.

        A slot of the deposit form puts controls in, whose names begin with the plugin's or mean what they say
        (``community``); those of a part of the record need no hook. Called outside any transaction, each time when the
        form is saved, by itself too: do the same once only, and answer at once when the form has none of the controls.
        The draft stays saved whatever happens here; say by an effect what cannot be done. Of a plugin that raises the
        page says that it failed, and neither publishes nor goes on.

        :param number: the public id of the draft.
        :param form: the controls of the form by name, with all values of each.
        :param actor: who has sent the form, and may change the draft.
        :returns: effects; none when nothing about the page has changed.
        """

    @hook(kind="first", when="request", errors="raise", since="0.1")
    def publication(self, number: str, actor: Actor) -> Publication | None:
        """Say what happens to a draft in place of being published at once: it is submitted for review, for instance.

        Called outside any transaction, for each deposit form and before each publishing: it must be quick for drafts
        that do not concern it. The first answer wins; the button for publishing then says and does what that tells, and
        publishing by other ways is refused with its `refusal`. A plugin that publishes by `carry_out` itself answers
        None then.

        :param number: the public id of the draft.
        :param actor: who looks at it or publishes.
        :returns: what happens in place of it, or None: the next plugin is asked.
        """

    @hook(kind="notify", when="transaction", errors="raise", since="0.1")
    def records_written(self, unit: UnitOfWork, events: Sequence[RecordEvent]) -> None:
        """Write what is to become durable together with a change of records: a feed, a counter, a projection.

        Called once in each transaction that publishes, changes, deletes or restores records, as its last step, when its
        events are written. On PostgreSQL such transactions end one after the other from here on: write a few rows, and
        leave the rest to an event handler. What is raised undoes the change. ``repository.records.states`` tells inside
        the transaction what the records are like.

        :param unit: the transaction; no event may be emitted in it any more.
        :param events: the events of the transaction whose names begin with ``record.``, in order; one record can be in
            several of them.
        """
