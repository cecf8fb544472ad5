"""What plugins that require `curation` may import: what a check is made of."""

from __future__ import annotations

from muniment_curation.checks import CheckParameter, CheckSubject, CurationCheck, Finding

__all__ = ["CheckParameter", "CheckSubject", "CurationCheck", "Finding"]
