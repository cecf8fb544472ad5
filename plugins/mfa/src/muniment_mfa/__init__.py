"""A second step at sign-in: codes from an app, or passkeys."""
