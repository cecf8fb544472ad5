"""Signing in with ORCID."""
