"""Finding, ordering, loading and switching plugins."""
