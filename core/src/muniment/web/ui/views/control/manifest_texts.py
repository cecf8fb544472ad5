"""What manifests of plugins say, in the reader's language, also where the plugin is off: its catalogue is read from its
folder, and nothing of its code is loaded."""

from __future__ import annotations

import gettext
import struct
from functools import lru_cache
from pathlib import Path

from muniment.web.current import the_repository
from muniment.web.ui.account_messages import translated
from muniment.web.ui.language import request_language


def manifest_text(plugin: str, text: str) -> str:
    """A title or description of a plugin; as it is written where nobody translated it."""
    here = translated(text) if text else ""
    if here != text:
        return here
    installed = the_repository().plugins.installed.get(plugin)
    folder = installed.translations if installed is not None else None
    return _catalogue(folder, request_language()).gettext(text) if folder is not None and text else text


@lru_cache(maxsize=256)
def _catalogue(folder: Path, code: str) -> gettext.NullTranslations:
    try:
        return gettext.translation("messages", folder, [code], fallback=True)
    except (OSError, ValueError, struct.error):
        return gettext.NullTranslations()  # a damaged catalogue is the conformance suite's business
