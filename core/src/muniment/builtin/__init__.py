"""Features of the core that are written as plugins, with the same hooks and manifests as any other plugin."""
