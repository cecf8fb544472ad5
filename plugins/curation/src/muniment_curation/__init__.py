"""Review of what is to be published in a community."""
