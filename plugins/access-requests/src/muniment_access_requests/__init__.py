"""People and guests ask for access to restricted records."""
