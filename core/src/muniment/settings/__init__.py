"""Configuration of an instance (`instance.toml` and environment) and the settings of plugins."""
