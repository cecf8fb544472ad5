"""Each list of the index either shows a document to the public or is marked as hiding it; there is nothing between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from muniment.search.columns import Listing
from muniment.search.embedded.schema import hidden_term, visible_term, visible_terms
from muniment.testing.search_documents import index_document

LABELS = st.sets(st.sampled_from(["public", "authenticated", "subject:1", "role:administrator"]))


@given(st.sampled_from(["record", "draft"]), LABELS, st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_the_public_is_shown_a_document_or_kept_away_from_it(
    kind: str, labels: set[str], is_latest: bool, deleted: bool, has_draft: bool, is_latest_draft: bool
) -> None:
    document = index_document(
        1,
        kind=kind,
        labels=labels,
        is_latest=is_latest,
        deleted=deleted,
        has_draft=has_draft,
        is_latest_draft=is_latest_draft,
    )
    terms = visible_terms(document)
    for name in Listing:
        shown = visible_term(name, "public") in terms
        assert (hidden_term(name) in terms) is not shown
        assert not shown or "public" in labels
    assert (visible_term(Listing.RECORDS, "public") in terms) == (
        kind == "record" and "public" in labels and is_latest and not deleted
    )


def test_no_label_can_be_taken_for_a_mark() -> None:
    document = index_document(1, labels={"!\x1fpublic", "!public"})
    assert not {hidden_term(name) for name in Listing}.isdisjoint(visible_terms(document))
    assert visible_term(Listing.RECORDS, "!public") != hidden_term(Listing.RECORDS)
