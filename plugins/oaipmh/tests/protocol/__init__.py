"""A suite of conformance to OAI-PMH 2.0 for any server that holds what `World` says."""
