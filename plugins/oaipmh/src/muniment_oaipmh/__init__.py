"""Lets harvesters fetch the records by OAI-PMH, whole and then what changed."""
