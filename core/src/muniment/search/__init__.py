"""Search: text analysis, the query language, facets, and the backends that answer queries."""
