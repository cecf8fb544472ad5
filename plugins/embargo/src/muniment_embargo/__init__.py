"""Embargoes: restricted files that open by themselves on a day."""
