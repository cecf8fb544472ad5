"""Communities: collections of records that people look after together."""
