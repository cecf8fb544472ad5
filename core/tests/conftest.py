"""Fixtures come from `muniment.testing`, which is a pytest plugin; it is named here for runs without the installed
entry point."""
