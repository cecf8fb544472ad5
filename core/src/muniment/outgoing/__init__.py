"""Requests to servers elsewhere whose address a person, or another server, chose."""
