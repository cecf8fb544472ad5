"""The built-in plugin `external-resources`: where else a work is."""
