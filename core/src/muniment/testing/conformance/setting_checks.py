"""Settings: every one is explained, has a default that is valid, and is kept to itself when it is a secret."""

from __future__ import annotations

import re

from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.setting_fields import describe_fields
from muniment.plugins.settings import effective_settings, schema_of
from muniment.testing.conformance.checks import Checks

_SECRET = re.compile(r"password|secret|token|api_key|private_key|credential")


class SettingChecks(Checks):
    """The schema that the plugin declares as `Settings`."""

    def test_settings_are_explained_and_their_defaults_are_valid(self, installed: InstalledPlugin) -> None:
        schema = schema_of(installed.load())
        if schema is None:
            return
        for key, field in schema.fields.items():
            assert re.fullmatch(r"[a-z][a-z0-9_]*", key), f"{key} must be written in small letters"
            assert field.metadata.get("label"), f"{key} needs metadata['label']"
            assert field.metadata.get("help"), f"{key} needs metadata['help']"
            assert not field.required, f"{key} needs a default: a plugin can be enabled before it is set up"
        defaults = schema.load({})
        errors = schema.validate(schema.dump(defaults))
        assert errors == {}, "the form of the settings, sent as it is shown, would be refused"

    def test_secrets_are_not_shown(self, installed: InstalledPlugin) -> None:
        schema = schema_of(installed.load())
        for key, field in (schema.fields if schema else {}).items():
            if _SECRET.search(key):
                assert "secret" in field.metadata, f"{key} looks like a secret; say metadata['secret'] = True or False"
            if schema is not None and field.metadata.get("secret"):
                settings = effective_settings(self.plugin, schema, {}, {})
                setattr(settings, key, "a-secret-value")
                shown = str(describe_fields(schema, settings))
                assert "a-secret-value" not in shown, f"the form shows {key}"
                assert not schema.load({}).get(key), f"{key} is a secret that stands in the source as a default"
