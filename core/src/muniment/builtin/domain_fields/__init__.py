"""Custom fields of journals, books, theses, conferences and software."""
