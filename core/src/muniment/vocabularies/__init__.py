"""Controlled vocabularies: terms with titles in several languages, loaded from files and found while typing."""

from muniment.vocabularies.term import Term, TermContent
from muniment.vocabularies.vocabulary import Vocabulary

__all__ = ["Term", "TermContent", "Vocabulary"]
