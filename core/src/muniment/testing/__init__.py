"""The test kit for the core and for plugins: fixtures, clusters, guards. Loaded by pytest by itself."""

from muniment.testing.people import Person

__all__ = ["Person"]
