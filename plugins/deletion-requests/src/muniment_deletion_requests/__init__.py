"""Owners of published records ask the moderators to delete them."""
