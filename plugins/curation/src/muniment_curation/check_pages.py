"""The pages of checks: those of a draft, and what a community has switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import SYSTEM, ValidationFailed, keeps_form, the_actor
from muniment_communities.api import Community, community_frame
from muniment_curation.messages import worded
from muniment_curation.showing import shown, summary

if TYPE_CHECKING:
    from muniment_curation.plugin import Plugin

Rule = Callable[[Callable[..., Any], str], Callable[[Any], Any]]


def add_checks(plugin: Plugin, pages: Blueprint, rule: Rule) -> None:
    """Add the routes; `rule` declares one for those who are signed in."""

    @rule(pages.get, "/<number>/checks")
    def checks(number: str) -> Response:
        review, community, outcomes = plugin.checks.of_draft(the_actor(), number)
        found = shown(outcomes, f"/uploads/{number}")
        own = plugin.reviews.repository.records.may(the_actor(), number, "manage")
        page = render_template(
            "curation/draft_checks.html",
            record=plugin.reviews.repository.records.read_draft(SYSTEM, number),
            community=community,
            outcomes=found,
            line=summary(found),
            again=any(one.setting.check.background for one in outcomes),
            is_open=review.is_open,
            back=f"/uploads/{number}" if own else f"/me/requests/{review.request}",
            own=own,
        )
        return make_response(page)

    @rule(pages.post, "/<number>/checks")
    def check_again(number: str) -> BaseResponse:
        plugin.checks.again(the_actor(), number)
        return redirect(url_for("curation.checks", number=number, done="again"), 303)

    @rule(pages.get, "/communities/<slug>/checks")
    def community_checks(slug: str) -> Response:
        return _settings(plugin, plugin.reviews.communities.get(the_actor(), slug))

    @rule(pages.post, "/communities/<slug>/checks")
    @keeps_form
    def change_checks(slug: str) -> BaseResponse:
        community = plugin.reviews.communities.get(the_actor(), slug)
        try:
            plugin.checks.settings.change(the_actor(), community, _sent(plugin))
        except ValidationFailed as error:
            return _settings(plugin, community, error)
        return redirect(url_for("curation.community_checks", slug=community.slug, done="saved"), 303)


def _sent(plugin: Plugin) -> dict[str, dict[str, Any]]:
    """What the form says of each check; of one that it does not hold nothing."""
    return {
        check.id: {
            "level": request.form[check.id],
            "parameters": {
                parameter.name: request.form.getlist(name) if parameter.choices else request.form[name].splitlines()
                for parameter in check.parameters
                if (name := f"{check.id}.{parameter.name}") in request.form or parameter.choices
            },
        }
        for check in plugin.checks.settings.declared.values()
        if check.id in request.form
    }


def _settings(plugin: Plugin, community: Community, error: ValidationFailed | None = None) -> Response:
    settings = plugin.checks.settings.get(the_actor(), community)
    problems = [(_control(problem.field), worded(problem.message)) for problem in error.errors] if error else []
    rows = []
    for one in settings:
        texts = {name: "\n".join(value) for name, value in one.parameters.items()}
        if error is not None:
            texts = {name: "\n".join(request.form.getlist(f"{one.check.id}.{name}")) for name in texts}
        rows.append((one, request.form.get(one.check.id, one.level) if error else one.level, texts))
    page = render_template(
        "curation/check_settings.html",
        frame=community_frame(plugin.reviews.communities, community, "checks"),
        rows=rows,
        problems=problems,
        errors=lambda name: [text for control, text in problems if control == name],
    )
    return make_response(page, 422 if error else 200)


def _control(field: str) -> str:
    return field.replace(".parameters.", ".").removesuffix(".level")
