"""Secrets that were typed into a form which comes back: they are not shown, and need not be typed again.

The page carries them encrypted with the instance's key, for one person and one setting. Nobody can read them out of the
page, and in another form, setting or account they open nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING

import orjson

from muniment.settings.secret_box import CannotDecrypt
from muniment.web.current import the_actor, the_repository

if TYPE_CHECKING:
    from muniment.settings.secret_box import SecretBox


def sealed(plugin: str, key: str, text: str) -> str:
    """What the page carries for a secret that was typed."""
    return base64.b64encode(orjson.dumps(_box().encrypt(text, _place(plugin, key)))).decode()


def opened(plugin: str, key: str, carried: str) -> str:
    """The secret that was typed before; empty for what is none of this form, or was sealed with another key."""
    try:
        found = orjson.loads(base64.b64decode(carried, validate=True))
        if not isinstance(found, Mapping):
            return ""
        return str(_box().decrypt(found, _place(plugin, key)))
    except (ValueError, CannotDecrypt):
        return ""


def _box() -> SecretBox:
    return the_repository().plugin_settings.box()


def _place(plugin: str, key: str) -> str:
    return f"typed:{the_actor().subject}:{plugin}.{key}"
