"""Writes new plugins: a package that installs, passes its tests and is visible when it is enabled."""
