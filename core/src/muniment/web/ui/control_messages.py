"""What services say about forms of the control panel: listed so that translators find it (see `account_messages`)."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext

MESSAGES: Final = (
    # Accounts and roles
    lazy_gettext("You cannot do this to your own account here."),
    lazy_gettext("This is the only administrator; give the role to somebody else first."),
    lazy_gettext("Only an administrator can do this to the account of an administrator."),
    lazy_gettext("Only an administrator can give roles."),
    lazy_gettext("Only an administrator can change roles."),
    lazy_gettext("The account is blocked or deactivated; it could not use a link."),
    lazy_gettext("The address is confirmed already."),
    lazy_gettext("A name has small letters, digits and hyphens, starts with a letter, 2 to 80 in all."),
    lazy_gettext("The title is a text of at most 200 characters."),
    lazy_gettext("Permissions are a list of names."),
    lazy_gettext("Permission denied."),
    # Records and lists
    lazy_gettext("Invalid querystring parameters."),
    lazy_gettext("Record in unexpected deletion status."),
    lazy_gettext("Must be a text of at most 5000 characters on one line."),
    # Vocabularies
    lazy_gettext("Missing data for required field."),
    lazy_gettext("Field may not be blank."),
    lazy_gettext("An id has no spaces, slashes or control characters, since it is part of addresses."),
    lazy_gettext("More than 100 entries."),
    lazy_gettext("Somebody else changed this term meanwhile. Below is what you entered; save it again to keep it."),
    # The audit trail
    lazy_gettext("There is no account with this address or user name."),
    lazy_gettext("Enter a day like 2026-12-31."),
    # Logos and colours
    lazy_gettext("The file is larger than 200 kB; a logo is part of every page."),
    lazy_gettext("Only SVG and PNG files are taken."),
    lazy_gettext("The drawing declares entities; save it as plain SVG."),
    lazy_gettext("The drawing is not well-formed SVG."),
    lazy_gettext("The picture is wider or higher than 4000 pixels."),
    lazy_gettext("The picture is damaged."),
    lazy_gettext("Write a colour as #rrggbb."),
    # Pages, texts and banners
    lazy_gettext("An address has small letters, digits and single hyphens, at most 80."),
    lazy_gettext("This address is reserved."),
    lazy_gettext("There is a page with this address already."),
    lazy_gettext("There is no such menu."),
    lazy_gettext("Enter a number from 0 to 1000."),
    lazy_gettext("Write the page in one language at least."),
    lazy_gettext("The page needs a title in this language."),
    lazy_gettext("Somebody else changed this page meanwhile. Below is what you entered; save it again to keep it."),
    lazy_gettext("There is no such text."),
    lazy_gettext("Choose how important it is."),
    lazy_gettext("Choose who sees it."),
    lazy_gettext("Write it in one language at least."),
    lazy_gettext("It ends before it begins."),
    lazy_gettext("Enter a day and a time like 2026-12-31T18:00."),
    lazy_gettext("Somebody else changed this banner meanwhile. Below is what you entered; save it again to keep it."),
)
