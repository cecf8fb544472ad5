"""Muniment, a framework for research repositories: the core that keeps records, files and users."""

from muniment.version import __version__

__all__ = ["__version__"]
