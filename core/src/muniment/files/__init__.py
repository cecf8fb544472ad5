"""Files of records and drafts: storage, uploads of every kind, downloads, and what is left over."""
