"""Secret links, grants, links for reviewers, and records that change hands."""
