"""A suite of conformance to OAI-PMH 2.0 for any server that holds what `World` says."""

from . import record_checks  # noqa: F401 - it adds its checks
from .checks import CHECKS

__all__ = ["CHECKS"]
