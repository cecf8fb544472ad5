"""Requests between the people of a Muniment repository: a decision, and the conversation that leads to it."""
