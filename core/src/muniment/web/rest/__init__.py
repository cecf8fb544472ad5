"""REST resources, mounted at `/api`."""
