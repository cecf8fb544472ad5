"""What every plugin must keep to, as tests: subclass `PluginConformance` in a plugin's own tests and name the plugin.

class TestConformance(PluginConformance):
    plugin = "datacite"
"""

from __future__ import annotations

from muniment.testing.conformance.endpoint_checks import EndpointChecks
from muniment.testing.conformance.loading_checks import LoadingChecks
from muniment.testing.conformance.package_checks import PackageChecks
from muniment.testing.conformance.people_checks import PeopleChecks
from muniment.testing.conformance.record_checks import RecordChecks
from muniment.testing.conformance.setting_checks import SettingChecks
from muniment.testing.conformance.switching_checks import SwitchingChecks
from muniment.testing.conformance.table_checks import TableChecks
from muniment.testing.conformance.text_checks import TextChecks
from muniment.testing.conformance.work_checks import WorkChecks

__all__ = ["PluginConformance"]


class PluginConformance(
    PackageChecks,
    LoadingChecks,
    SwitchingChecks,
    TableChecks,
    SettingChecks,
    RecordChecks,
    EndpointChecks,
    WorkChecks,
    PeopleChecks,
    TextChecks,
):
    """The checks that hold for every plugin, whatever it does.

    `prepare(repository)` may be overridden to set up what the plugin needs (settings, a stand-in for a service outside)
    after it was enabled. `part_values` gives for each path of a record that clients can write a value as they send it,
    `record_values` what else such a record says; `route_values` stand for the variables of routes.
    """
