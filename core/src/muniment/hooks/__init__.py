"""Hook specifications by family, their metadata, and the caller that applies each hook's policy."""
