"""A form by which people write to those who run the repository."""
