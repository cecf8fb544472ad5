"""The query language: what people type becomes one frozen tree, which every backend compiles."""

from muniment.search.query.parser import parse

__all__ = ["parse"]
