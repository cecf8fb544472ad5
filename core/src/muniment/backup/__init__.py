"""Backups: every table as JSON lines, every file by its hash; they can be restored into either database."""
