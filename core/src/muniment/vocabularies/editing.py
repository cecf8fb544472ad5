"""Changes of single terms by administrators.

A term that was changed here is marked, so that loading its file again does not undo the change.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import delete as delete_rows

from muniment.access.actor import Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import (
    Conflict,
    NotFound,
    PermissionDenied,
    Problem,
    RevisionMismatch,
    ValidationFailed,
)
from muniment.vocabularies.checking import TermCheck
from muniment.vocabularies.models import VocabularyTerm
from muniment.vocabularies.reading import read_pairs
from muniment.vocabularies.storing import TermWriter, term_columns
from muniment.vocabularies.term import Term, TermContent

#: The permission to change vocabularies.
ADMINISTRATION: Final = "administration"


def create(unit: UnitOfWork, actor: Actor, vocabulary: str, data: dict[str, Any]) -> Term:
    """Add a term at the end of its vocabulary.

    Raises `PermissionDenied` unless the actor may administrate the site, `ValidationFailed` for what is wrong with the
    data (an id that is taken, too).
    """
    require_administrator(actor)
    content = _checked(data)
    writer = TermWriter(unit, vocabulary)
    if _find(unit, vocabulary, content.id) is not None:
        raise ValidationFailed(errors=[Problem("id", f"The vocabulary has a term '{content.id}' already.")])
    writer.add([{**term_columns(content), "position": writer.next_position(), "edited": True}])
    return _finish(writer, actor, "create", content.id)


def update(
    unit: UnitOfWork,
    actor: Actor,
    vocabulary: str,
    identifier: str,
    data: dict[str, Any],
    revision: int | None = None,
) -> Term:
    """Replace the content of a term; its id stays whatever the data say.

    Raises `PermissionDenied`, `NotFound`, `RevisionMismatch` when `revision` is not the present one, and
    `ValidationFailed`.
    """
    require_administrator(actor)
    writer = TermWriter(unit, vocabulary)
    present = _present(unit, vocabulary, identifier, revision)
    content = _checked(data, identifier)
    stamp = {"edited": True, "revision": present.revision + 1, "updated": unit.now}
    writer.change([{**term_columns(content), **stamp}])
    return _finish(writer, actor, "update", identifier)


def delete(
    unit: UnitOfWork,
    actor: Actor,
    vocabulary: str,
    identifier: str,
    revision: int | None = None,
    *,
    from_file: bool,
) -> None:
    """Remove a term. Records that name it keep its id and lose its title.

    Raises `PermissionDenied`, `NotFound`, `RevisionMismatch`, and `Conflict` for a term that its vocabulary's file
    holds: it would come back when the file is loaded.
    """
    require_administrator(actor)
    writer = TermWriter(unit, vocabulary)
    _present(unit, vocabulary, identifier, revision)
    if from_file:
        raise Conflict(
            f"'{identifier}' comes with the vocabulary '{vocabulary}' and cannot be deleted; change its tags or title."
        )
    of_vocabulary = VocabularyTerm.type == vocabulary
    unit.session.execute(delete_rows(VocabularyTerm).where(of_vocabulary, VocabularyTerm.id == identifier))
    writer.finish()
    unit.audit("vocabulary.delete", _resource(vocabulary, identifier), actor)


def require_administrator(actor: Actor) -> None:
    """Raises `PermissionDenied` unless the actor may administrate the site."""
    if not actor.can(ADMINISTRATION):
        raise PermissionDenied()


def _checked(data: dict[str, Any], identifier: str | None = None) -> TermContent:
    check = TermCheck(data)
    content = check.content(identifier)
    if check.problems:
        raise ValidationFailed(errors=check.problems)
    return content


def _find(unit: UnitOfWork, vocabulary: str, identifier: str) -> Term | None:
    return next(read_pairs(unit.session, [(vocabulary, identifier)]), None)


def _present(unit: UnitOfWork, vocabulary: str, identifier: str, revision: int | None) -> Term:
    present = _find(unit, vocabulary, identifier)
    if present is None:
        raise NotFound()
    if revision is not None and revision != present.revision:
        raise RevisionMismatch(f"Revision id provided({revision}) doesn't match record's one({present.revision})")
    return present


def _finish(writer: TermWriter, actor: Actor, action: str, identifier: str) -> Term:
    writer.finish()
    writer.unit.audit(f"vocabulary.{action}", _resource(writer.vocabulary, identifier), actor)
    term = _find(writer.unit, writer.vocabulary, identifier)
    if term is None:
        raise RuntimeError("the term that was just written is not there")
    return term


def _resource(vocabulary: str, identifier: str) -> str:
    return f"vocabulary:{vocabulary}:{identifier}"
