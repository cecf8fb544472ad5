"""Why a file was not taken, in the reader's language: what is wrong with it and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from muniment.errors import MunimentError
from muniment.files.names import MAX_BYTES, MAX_SEGMENT_BYTES, InvalidName
from muniment.files.proposals import Refusal
from muniment.web.ui.wording import file_size

Words = Callable[[Mapping[str, Any], str], str]


def _too_large(values: Mapping[str, Any], locale: str) -> str:
    limit = file_size(values["limit"], locale)
    return str(_("The file is too large: one file may have %(limit)s.", limit=limit))


def _full(values: Mapping[str, Any], locale: str) -> str:
    text = _(
        "The file is too large: of the %(total)s that one record may have, %(room)s are left.",
        total=file_size(values["total"], locale),
        room=file_size(values["limit"], locale),
    )
    return str(text)


def _quota(values: Mapping[str, Any], locale: str) -> str:
    text = _(
        "There is no room for this file: %(room)s are left for its owner here.", room=file_size(values["limit"], locale)
    )
    return str(text)


def _too_many(values: Mapping[str, Any], _locale: str) -> str:
    text = ngettext(
        "One record may have %(num)s file. Put files together in a zip file, or make a second record.",
        "One record may have %(num)s files. Put files together in a zip file, or make a second record.",
        values["limit"],
    )
    return str(text)


_WORDS: Final[Mapping[str, Words]] = {
    "file.too_large": _too_large,
    "files.full": _full,
    "files.quota": _quota,
    "files.too_many": _too_many,
    "file.empty": lambda _values, _locale: _("The file is empty; only files with contents are taken."),
    "file.type": lambda values, _locale: _(
        "Files that end in .%(ending)s are not taken here.", ending=values["ending"]
    ),
    "file.exists": lambda _values, _locale: _("A file of this name is here already. Delete it, or rename yours."),
    "file.and_folder": lambda values, _locale: _(
        "“%(name)s” would be a file and a folder at once, because of “%(other)s”. Rename one of them.",
        name=values["name"],
        other=values["other"],
    ),
    "file.not_complete": lambda _values, _locale: _("The upload of this file has not ended. Rename it afterwards."),
    "file.under_way": lambda _values, _locale: _("This file is being uploaded already, perhaps in another window."),
    "name.missing": lambda _values, _locale: _("The file has no name."),
    "name.too_long": lambda _values, _locale: _(
        "The name with its folders is longer than %(limit)s bytes. Shorten it.", limit=MAX_BYTES
    ),
    "name.part_too_long": lambda _values, _locale: _(
        "A part of the name is longer than %(limit)s bytes. Shorten it.", limit=MAX_SEGMENT_BYTES
    ),
    "name.unicode": lambda _values, _locale: _("The name holds broken characters. Rename the file."),
    "name.character": lambda values, _locale: _(
        "The name holds the invisible character %(character)s. Rename the file.", character=values["character"]
    ),
    "name.backslash": lambda _values, _locale: _("The name holds a backslash (\\). Rename the file."),
    "name.empty_part": lambda _values, _locale: _("The name has an empty part between slashes. Rename the file."),
    "name.dots": lambda values, _locale: _("The name has the part “%(part)s”. Rename the file.", part=values["part"]),
    "name.spaces": lambda values, _locale: _(
        "“%(part)s” begins or ends with a space, which gets lost on other computers. Rename it.", part=values["part"]
    ),
    "name.windows": lambda values, _locale: _(
        "“%(part)s” cannot be saved on Windows, where this name is reserved. Rename it.", part=values["part"]
    ),
}


def worded(problem: MunimentError | InvalidName | Refusal, locale: str) -> str:
    """The problem for people. One that has no words of its own is told as the service says it."""
    words = _WORDS.get(problem.reason)
    if words is not None:
        return str(words(problem.values, locale))
    return problem.message if isinstance(problem, Refusal | MunimentError) else str(problem)
