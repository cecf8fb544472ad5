"""Numbers of records, and persistent identifiers that providers give."""
