"""How much people and records may keep, and requests for more."""
