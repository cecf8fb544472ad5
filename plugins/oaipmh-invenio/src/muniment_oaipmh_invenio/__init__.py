"""Answers to harvesters by Invenio-OAIServer."""
