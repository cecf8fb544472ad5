"""The command line: `muniment …`, also as `python -m muniment`."""

from muniment.cli.main import main

__all__ = ["main"]
