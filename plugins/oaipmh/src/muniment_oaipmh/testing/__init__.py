"""A suite of conformance to OAI-PMH 2.0 for any server that holds what `World` says, whatever writes its answers.

It needs `lxml`, which whoever tests with it has to have.
"""

from __future__ import annotations

from muniment_oaipmh.testing import record_checks as _record_checks  # it adds its checks
from muniment_oaipmh.testing.checks import CHECKS
from muniment_oaipmh.testing.judging import failures
from muniment_oaipmh.testing.subject import Reply, Subject, World
from muniment_oaipmh.testing.worlds import CONFIGURATION, make_subject, plugin_of

__all__ = ["CHECKS", "CONFIGURATION", "Reply", "Subject", "World", "failures", "make_subject", "plugin_of"]

del _record_checks
