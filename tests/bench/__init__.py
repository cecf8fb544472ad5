"""Measures the repository against the limits of the machine it runs on; `scripts/bench` runs it."""
