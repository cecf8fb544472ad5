"""The built-in plugin `known-names`."""
