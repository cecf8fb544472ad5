"""The HTTP face of a repository: one Flask application per generation of plugins."""
