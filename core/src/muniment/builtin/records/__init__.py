"""The built-in plugin `records`: housekeeping of drafts and of the event log, and what records hold about people."""
