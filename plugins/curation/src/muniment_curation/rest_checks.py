"""Checks by the API: those of a community, and what they say about a draft.

InvenioRDM has no addresses for them; names and values of the JSON are those of its checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response

from muniment.api import Problem, ValidationFailed, answer_json, json_body, read_object, the_actor
from muniment_curation.check_settings import CheckSetting
from muniment_curation.checking import DONE, PENDING, Outcome
from muniment_curation.checks import ADVICE, ERROR, OFF

if TYPE_CHECKING:
    from muniment_curation.plugin import Plugin

#: InvenioRDM's names for what a community makes of a check, and for how it went.
_SEVERITIES: Final = {ADVICE: "info", ERROR: "error"}
_LEVELS: Final = {"info": ADVICE, "warning": ADVICE, "error": ERROR}
_CONFIG: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "check_id": {"type": "string"},
        "title": {"type": "string"},
        "description": {"type": "string"},
        "enabled": {"type": "boolean"},
        "severity": {"type": "string", "enum": ["info", "error"]},
        "params": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}
_SENT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["checks"],
    "properties": {"checks": {"type": "array", "items": _CONFIG}},
}
_RUN: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "check_id": {"type": "string"},
        "title": {"type": "string"},
        "severity": {"type": "string"},
        "status": {"type": "string", "enum": ["P", "C", "E"], "description": "Pending, completed or error."},
        "success": {"type": "boolean", "nullable": True},
        "end_time": {"type": "string", "nullable": True},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    hits = {"type": "object", "properties": {"hits": {"type": "array", "items": item}, "total": {"type": "integer"}}}
    return {"type": "object", "properties": {"hits": hits}}


def add_checks(plugin: Plugin, rule: Callable[..., Callable[[Any], Any]], api: Blueprint) -> None:
    """Add the routes; `rule` declares one for those who are signed in."""

    @rule(api.get, "/communities/<id>/checks", "Read the checks of a community", answers={200: _list(_CONFIG)})
    def checks(id: str) -> Response:
        community = plugin.reviews.communities.get(the_actor(), id)
        return _hits([_config(one) for one in plugin.checks.settings.get(the_actor(), community)])

    @rule(
        api.put,
        "/communities/<id>/checks",
        "Change the checks of a community",
        description="By `check_id`; a check that is not named stays as it is.",
        body=json_body(_SENT),
        answers={200: _list(_CONFIG)},
        errors=(409,),
    )
    def change(id: str) -> Response:
        community = plugin.reviews.communities.get(the_actor(), id)
        plugin.checks.settings.get(the_actor(), community)
        settings = plugin.checks.settings.change(the_actor(), community, _wanted(read_object()))
        return _hits([_config(one) for one in settings])

    @rule(api.get, "/records/<id>/draft/checks", "Read what checks say about a draft", answers={200: _list(_RUN)})
    def runs(id: str) -> Response:
        _review, community, outcomes = plugin.checks.of_draft(the_actor(), id)
        return _hits([_run(one, community.id) for one in outcomes])

    @rule(
        api.post,
        "/records/<id>/draft/actions/check",
        "Have a draft checked again",
        description="What is checked in the background is checked anew; 202 with the present state.",
        answers={202: _list(_RUN)},
    )
    def again(id: str) -> Response:
        plugin.checks.again(the_actor(), id)
        _review, community, outcomes = plugin.checks.of_draft(the_actor(), id)
        return _hits([_run(one, community.id) for one in outcomes], 202)


def _hits(found: list[dict[str, Any]], status: int = 200) -> Response:
    return answer_json({"hits": {"hits": found, "total": len(found)}}, status)


def _config(setting: CheckSetting) -> dict[str, Any]:
    return {
        "check_id": setting.check.id,
        "title": str(setting.check.title),
        "description": str(setting.check.description),
        "enabled": setting.level != OFF,
        "severity": _SEVERITIES.get(setting.level, "info"),
        "params": {name: list(value) for name, value in setting.parameters.items()},
    }


def _run(outcome: Outcome, community: str) -> dict[str, Any]:
    severity = _SEVERITIES.get(outcome.setting.level, "info")
    return {
        "check_id": outcome.setting.check.id,
        "title": str(outcome.setting.check.title),
        "description": str(outcome.setting.check.description),
        "severity": severity,
        "status": "C" if outcome.status == DONE else "P" if outcome.status == PENDING else "E",
        "success": not outcome.findings if outcome.status == DONE else None,
        "end_time": outcome.checked.isoformat() if outcome.checked is not None else None,
        "errors": [
            {
                "field": finding.field,
                "messages": [finding.english],
                "severity": severity,
                "context": {"community": community},
            }
            for finding in outcome.findings
        ],
    }


def _wanted(sent: dict[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What is to be changed, by check; raises `ValidationFailed`."""
    listed = sent.get("checks")
    if not isinstance(listed, list):
        raise ValidationFailed(errors=[Problem("checks", "A list of objects with check_id.")])
    found: dict[str, Mapping[str, Any]] = {}
    for place, one in enumerate(listed):
        name = one.get("check_id") if isinstance(one, dict) else None
        if not isinstance(name, str):
            raise ValidationFailed(errors=[Problem(f"checks.{place}.check_id", "The id of a check.")])
        severity, params = one.get("severity", "info"), one.get("params", {})
        if not isinstance(severity, str) or severity not in _LEVELS:
            raise ValidationFailed(errors=[Problem(f"checks.{place}.severity", "One of info, error.")])
        if not isinstance(params, dict):
            raise ValidationFailed(errors=[Problem(f"checks.{place}.params", "An object with a list for each name.")])
        found[name] = {"level": _LEVELS[severity] if one.get("enabled", True) else OFF, "parameters": params}
    return found
