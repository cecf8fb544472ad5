"""The embedded search backend: tantivy, in a folder of the instance."""

from muniment.search.embedded.backend import EmbeddedBackend

__all__ = ["EmbeddedBackend"]
