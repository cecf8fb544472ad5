"""Signs people in by OpenID Connect and OAuth 2."""
