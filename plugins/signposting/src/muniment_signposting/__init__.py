"""Typed links, citation tags, sitemaps and feeds: what machines follow."""
