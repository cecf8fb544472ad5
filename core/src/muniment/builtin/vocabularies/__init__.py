"""The vocabularies that every repository has."""
