"""All hook specifications of the core."""

from __future__ import annotations

from typing import Final

from muniment.hooks.specs_application import ApplicationHooks
from muniment.hooks.specs_files import FileHooks
from muniment.hooks.specs_pages import PageHooks
from muniment.hooks.specs_privacy import PrivacyHooks
from muniment.hooks.specs_records import RecordHooks
from muniment.hooks.specs_users import UserHooks

SPECIFICATIONS: Final[tuple[type, ...]] = (
    ApplicationHooks,
    FileHooks,
    PageHooks,
    PrivacyHooks,
    RecordHooks,
    UserHooks,
)
