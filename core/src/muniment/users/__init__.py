"""People: accounts, identities, roles, sessions, one-time links and access tokens."""
