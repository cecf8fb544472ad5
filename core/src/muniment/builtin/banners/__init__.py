"""Announcements across all pages, for a time and for some."""
