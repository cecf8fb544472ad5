"""The tier follows from findings: the highest of which nothing failed, with those below it."""

from __future__ import annotations

import pytest

from muniment.testing.quality.report import Finding, Outcome, QualityReport


def report(claimed: str = "bronze", **outcomes: Outcome) -> QualityReport:
    return QualityReport("probe", claimed, tuple(Finding(tier, f"a_{tier}", how) for tier, how in outcomes.items()))


@pytest.mark.parametrize(
    ("outcomes", "tier"),
    [
        ({"bronze": "failed", "silver": "ok", "gold": "ok"}, "none"),
        ({"bronze": "ok", "silver": "failed", "gold": "ok"}, "bronze"),
        ({"bronze": "exempt", "silver": "failed", "gold": "failed"}, "bronze"),
        ({"bronze": "ok", "silver": "exempt", "gold": "failed"}, "silver"),
        ({"bronze": "ok", "silver": "ok", "gold": "ok"}, "gold"),
    ],
)
def test_the_tier_is_the_highest_of_which_nothing_failed(outcomes: dict[str, Outcome], tier: str) -> None:
    assert report(**outcomes).tier == tier


def test_a_claim_is_kept_by_that_tier_or_a_higher_one() -> None:
    good = {"bronze": "ok", "silver": "ok", "gold": "failed"}
    assert [report(claim, **good).keeps_its_claim for claim in ("bronze", "silver", "gold")] == [True, True, False]  # type: ignore[arg-type]
    assert not report(bronze="failed").keeps_its_claim


def test_the_report_names_what_is_missing_and_what_is_not_asked_for() -> None:
    found = QualityReport(
        "probe",
        "silver",
        (
            Finding("bronze", "one", "ok"),
            Finding("bronze", "two", "exempt", "It has no pages of its own."),
            Finding("silver", "three", "failed", "write it"),
        ),
    )
    assert list(found.lines()) == [
        "probe: bronze (it claims silver)",
        "",
        "bronze: 2 of 2",
        "  exempt  two: It has no pages of its own.",
        "",
        "silver: 0 of 1",
        "  failed  three: write it",
        "",
        "gold: 0 of 0",
    ]
    assert found.to_dict()["tier"] == "bronze"
