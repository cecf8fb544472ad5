"""Built-in plugin: files on the local disk."""
