"""Sorting algorithms that count their comparisons."""
