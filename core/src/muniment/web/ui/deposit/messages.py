"""What services say about a draft, as people read it: what is wrong, and what to do."""

from __future__ import annotations

import re
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from muniment.errors import Problem
from muniment.files.rows import LATE
from muniment.records.schemas.parts import REQUIRED
from muniment.web.ui.validator_messages import validator_message

#: What to do about a field that is missing.
_MISSING: Final = {
    "metadata.title": lazy_gettext("Give it a title."),
    "metadata.resource_type": lazy_gettext("Choose what type of work this is."),
    "metadata.creators": lazy_gettext("Name at least one creator."),
    "metadata.publication_date": lazy_gettext("Say when it was published, or will be."),
    "metadata.publisher": lazy_gettext("Name the publisher."),
    "files.enabled": lazy_gettext("Add a file, or say that there are no files."),
}

#: Plain messages of the services, and what people read instead.
_PLAIN: Final = {
    "Missing uploaded files. To disable files for this record please mark it as metadata-only.": lazy_gettext(
        "Add a file, or say that there are no files."
    ),
    "Please provide a valid date or interval.": lazy_gettext(
        "This is not a date. Write 2026, 2026-05 or 2026-05-14, or a period with a slash: 2025-10/2026-05."
    ),
    "Family name cannot be blank.": lazy_gettext("Enter the family name."),
    "Name cannot be blank.": lazy_gettext("Enter the name."),
    "No valid scheme recognized for identifier.": lazy_gettext(
        "This identifier was not recognised. Check it for typing errors, or choose its kind."
    ),
    "Invalid scheme.": lazy_gettext("An identifier of this kind cannot stand here."),
    "Only one identifier per scheme is allowed.": lazy_gettext("There can be only one identifier of each kind here."),
    "Duplicated identifier entry is not allowed.": lazy_gettext("This identifier is here twice."),
    "An existing id or a free text name must be present.": lazy_gettext("Enter a name."),
    "An existing id or a free text subject must be present.": lazy_gettext("Enter a keyword."),
    "An existing id or either number or title must be present.": lazy_gettext(
        "Enter the number or the title of the grant."
    ),
    "An existing id or a free text title must be present": lazy_gettext("Give your own licence a title."),
    "You must provide a valid URL.": lazy_gettext("Enter a whole web address, such as https://example.org/page."),
    "Invalid DOI identifier.": lazy_gettext("This is not a DOI. A DOI looks like 10.1234/abc."),
    "The longitude, which comes first, must be between -180 and 180 degrees.": lazy_gettext(
        "The longitude must be between -180 and 180 degrees."
    ),
    "The latitude, which comes second, must be between -90 and 90 degrees.": lazy_gettext(
        "The latitude must be between -90 and 90 degrees."
    ),
    "At least one of ['geometry', 'place', 'identifiers', 'description'] must be present.": lazy_gettext(
        "Name the place, or give its position."
    ),
    "Please remove all files first.": lazy_gettext("Remove all files first, or keep them."),
    "One or more files have not completed their transfer, please wait.": lazy_gettext(
        "Some files are not complete yet. Wait until they are, or remove them."
    ),
    "This file is not complete: send it again, or remove it.": lazy_gettext(
        "This file is not complete: send it again, or remove it."
    ),
    LATE: lazy_gettext(
        "The time to publish changed files of this record is over. "
        "Discard these changes and make a new version, or ask the administrators for more time."
    ),
    "This repository does not take restricted records.": lazy_gettext(
        "This repository does not take restricted records. Choose another access."
    ),
    "This repository does not take records without files.": lazy_gettext(
        "This repository does not take records without files."
    ),
    "The identifier of a published record cannot be changed.": lazy_gettext(
        "The identifier of a published record cannot be changed."
    ),
    "Missing publisher field required for DOI registration.": lazy_gettext(
        "Name the publisher: a DOI cannot be registered without."
    ),
    "Please provide a valid ISSN.": lazy_gettext("This is not an ISSN. An ISSN looks like 1994-0424."),
    "Please provide a valid ISBN.": lazy_gettext("This is not an ISBN. Check its digits."),
    "Size cannot be a blank string.": lazy_gettext("Enter an extent, or remove this entry."),
    "Format cannot be a blank string.": lazy_gettext("Enter a format, or remove this entry."),
}

#: Messages with something filled in: pattern, text, and the names of what is filled in.
_PATTERNS: Final = (
    (
        re.compile(r"Invalid (?P<kind>.+) identifier\."),
        lazy_gettext("This is not a valid %(kind)s. Check it for typing errors."),
    ),
    (
        re.compile(r"Invalid value (?P<value>.+)\.", re.DOTALL),
        lazy_gettext("“%(value)s” is not in the list. Choose one of the suggestions."),
    ),
    (
        re.compile(
            r"The text contains the control character \(U\+(?P<code>[0-9A-F]+)\) at position (?P<place>\d+)\. "
            r"Please remove it\."
        ),
        lazy_gettext("The character at position %(place)s cannot be stored (U+%(code)s). Please remove it."),
    ),
    (re.compile(r"Duplicated affiliations: (?P<names>.+)", re.DOTALL), lazy_gettext("This is here twice: %(names)s.")),
    (
        re.compile(r"The metadata has (?P<size>\d+) bytes; at most (?P<limit>\d+) are accepted\."),
        lazy_gettext(
            "This is too much text: %(size)s bytes, of which %(limit)s are taken. Put long lists into a file."
        ),
    ),
)


def worded(problem: Problem, label: Any = "") -> str:
    """What a person reads about a problem; `label` is how the form calls the field."""
    if problem.message == REQUIRED or problem.code == "required":
        special = _MISSING.get(problem.field)
        if special is not None:
            return str(special)
        if problem.message == REQUIRED:
            return str(gettext("%(label)s is missing.", label=label) if label else gettext("This is missing."))
    return worded_message(problem.message)


def worded_message(message: str) -> str:
    """A message of a service in the language of the page; one that is not known here is looked up as it is."""
    plain = _PLAIN.get(message)
    if plain is not None:
        return str(plain)
    for pattern, text in _PATTERNS:
        if found := pattern.fullmatch(message):
            return str(text) % found.groupdict()
    if said := validator_message(message):
        return said
    return str(gettext(message)) if "%" not in message else message
