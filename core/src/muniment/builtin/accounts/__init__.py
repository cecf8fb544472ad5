"""Accounts: the letters, the retention sweep and the privacy declarations of people's data."""
