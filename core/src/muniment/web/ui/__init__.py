"""The pages for people: templates, view models, navigation, branding and assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from muniment.repository import Repository


def install(app: Flask, repository: Repository) -> None:
    """Give an application everything that pages need: templates, languages, assets, menus and slots.

    Raises ConfigurationError when the look in `instance.toml` cannot be used.
    """
    from muniment.web.ui.environment import install_environment

    install_environment(app, repository)
