"""Built-in plugin: search on this machine, and the choice of the backend."""
