"""The page of the control panel, and what other pages say about test DOIs."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    Fragment,
    MunimentError,
    PluginContext,
    access,
    control_page,
    session,
    the_actor,
    the_repository,
)
from muniment_datacite import badges
from muniment_datacite.ledger import OUTSTANDING, STATES, Ledger
from muniment_datacite.rehearsal import play, what_plays
from muniment_datacite.settings import TEST_PREFIX, active_prefix

PERMISSION: Final = "administration"
RETRY_JOB: Final = "datacite.retry"
HANDLER: Final = "datacite.register"
#: So many events that nobody has tried to tell are counted.
COUNTED: Final = 200


def control_pages(context: PluginContext) -> BlueprintSpec:
    blueprint = Blueprint("control_datacite", __name__, url_prefix="/control/datacite", template_folder="templates")

    @blueprint.get("")
    @access(PERMISSION)
    @session("required")
    def dois() -> Response:
        return _page(context)

    @blueprint.post("/retry")
    @access(PERMISSION)
    @session("required")
    def retry() -> BaseResponse:
        """One DOI, or without a name all that is outstanding; a worker does it, since DataCite may be slow."""
        doi = request.form.get("doi", "")
        repository = the_repository()
        count = Ledger(repository).make_due(doi, the_actor())
        if count:
            repository.jobs.request_run(RETRY_JOB, the_actor())
        return redirect(
            url_for("control_datacite.dois", done=("retried" if doi else "retried-all") if count else "gone"), 303
        )

    @blueprint.post("/rehearse")
    @access(PERMISSION)
    @session("required")
    def rehearse() -> BaseResponse:
        plays = request.form.get("plays", "") if context.settings.test_mode else ""
        try:
            play(the_repository(), plays, the_actor())
        except MunimentError as error:
            return _page(context, error)
        return redirect(url_for("control_datacite.dois", done="rehearsing" if plays else "well"), 303)

    return BlueprintSpec(blueprint, "ui")


def _page(context: PluginContext, error: MunimentError | None = None) -> Response:
    repository, settings = the_repository(), context.settings
    ledger = Ledger(repository)
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    page = ledger.page((state,) if state else OUTSTANDING, after=request.args.get("after", ""))
    untried = repository.deliveries.outstanding(("pending",), handler=HANDLER, size=COUNTED)
    return control_page(
        "datacite/dois.html",
        error,
        entries=page.entries,
        next_href=url_for("control_datacite.dois", state=state or None, after=page.after) if page.after else "",
        counts=ledger.counts(),
        untried=len(untried.deliveries),
        more_untried=untried.after is not None,
        state=state,
        test_mode=settings.test_mode,
        prefix=active_prefix(settings),
        given=settings.dois,
        api_url=settings.api_url,
        username=settings.username,
        plays=what_plays(repository) if settings.test_mode else "",
        rehearsals=_rehearsals(),
    )


def _rehearsals() -> list[tuple[str, str]]:
    return [
        ("", _("Nothing: it answers as it should")),
        ("away", _("It cannot be reached")),
        ("broken", _("It answers with errors (503)")),
        ("busy", _("It asks to wait (429)")),
        ("nonsense", _("It answers with something else")),
        ("refusing", _("It refuses every DOI (422)")),
    ]


def fragments(slot: str, context: Mapping[str, Any], settings: SimpleNamespace) -> list[Fragment]:
    """What stands in the slots of pages: that DOIs are tests, and in the overview that some are outstanding."""
    if slot == "record.identifier":
        record = context["record"]
        is_test = any(str(doi).startswith(f"{TEST_PREFIX}/") for doi in (record.doi, record.concept_doi))
        return [Fragment(_rendered("datacite/badge.html"))] if is_test else []
    if slot == "record.citation":
        return badges.fragments(context["record"], the_repository().config.site.url)
    if slot == "record.tombstone":
        told = _("The DOI of this record was a test. It does not resolve, and must not be cited.")
        return [Fragment(_line(told))] if f"{TEST_PREFIX}/" in context["tombstone"].citation else []
    if slot == "page.footer":
        # For lists, citations and exports: they show DOIs without a mark beside each.
        told = _("DOIs of this site that begin with %(prefix)s are tests: they do not resolve.", prefix=TEST_PREFIX)
        return [Fragment(_line(told))] if settings.test_mode else []
    if slot == "deposit.identifier":
        return [Fragment(_rendered("datacite/deposit.html"))] if settings.test_mode else []
    if slot == "control.overview":
        counts = Ledger(the_repository()).counts()
        outstanding = sum(counts[state] for state in OUTSTANDING)
        if outstanding:
            return [Fragment(_rendered("datacite/overview.html", outstanding=outstanding, counts=counts))]
    return []


def _line(text: str) -> Markup:
    return Markup('<p class="quiet-text">{}</p>').format(text)


def _rendered(template: str, **values: Any) -> Markup:
    return Markup(render_template(template, **values))
