"""What the service says about what people do on pages: listed so that translators find it."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext, lazy_gettext

MESSAGES: Final = (
    lazy_gettext("A comment says something."),
    lazy_gettext("Somebody else has decided this request meanwhile; load it again."),
    lazy_gettext("What this request is about is switched off; it waits until that is on again."),
    lazy_gettext("You have asked for this already, and it is not decided yet."),
    lazy_gettext("Not a valid string."),
    lazy_gettext("Longer than maximum length 25000."),
    lazy_gettext("Say in a comment what the files are."),
    lazy_gettext("Say why in the comment."),
    lazy_gettext("A file has a name of at most 200 characters."),
    lazy_gettext("A file has at most 10 MB."),
    lazy_gettext("The file is empty."),
    lazy_gettext("The files of a request have at most 100 MB together."),
    lazy_gettext("A comment has at most 10 files."),
    lazy_gettext("A file that the comment names is not there any more; send it again."),
    lazy_gettext("Files of this kind cannot be attached; take a text, a picture, a document or a zip file."),
    lazy_gettext("What is in the file is not what its name says; look whether it is the right one."),
)


def worded(message: str) -> str:
    """A message in the reader's language, where it is one of ours; others say it in the words of whoever refused."""
    return str(gettext(message))
