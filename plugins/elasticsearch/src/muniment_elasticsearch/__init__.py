"""Searches on a cluster of Elasticsearch or OpenSearch, beyond one machine."""
