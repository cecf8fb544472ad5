"""Records, drafts, parents and versions."""
