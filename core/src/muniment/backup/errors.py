"""Why a backup cannot be made, read or restored."""

from __future__ import annotations

from muniment.errors import MunimentError


class BackupFailed(MunimentError):
    """The backup could not be written; what was there before is as it was."""


class BackupDamaged(MunimentError):
    """The folder is no backup, or what it holds is not what was written."""


class RestoreRefused(MunimentError):
    """Nothing was restored: the message says what stands in the way and what to do about it."""
