"""Reading and changing pages and texts. What is published is in memory; a change begins a new generation everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.builtin.pages.checking import Content, PageInput, page_problems, text_problems
from muniment.builtin.pages.models import ContentRow, PageRow, TextRow
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import NotFound, PermissionDenied, Problem, RevisionMismatch, ValidationFailed
from muniment.users.roles import ADMINISTRATION

if TYPE_CHECKING:
    from muniment.repository import Repository


@dataclass(frozen=True)
class Page:
    """A page with what it says by language."""

    slug: str
    place: str
    position: int
    published: bool
    revision: int
    updated: datetime
    contents: Mapping[str, Content]

    def language_for(self, locale: str) -> str:
        """The language in which somebody reads it who prefers `locale`: that, else its plain form, else English, else
        any."""
        wanted = (locale, locale.replace("-", "_").partition("_")[0], "en")
        return next((code for code in wanted if code in self.contents), next(iter(self.contents)))

    def title_for(self, locale: str) -> str:
        return self.contents[self.language_for(locale)].title


class PageService:
    """The pages and texts of one generation."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    @cached_property
    def published(self) -> dict[str, Page]:
        """What is published, by slug in the order of menus; read once in a generation."""
        return {page.slug: page for page in self.all() if page.published}

    @cached_property
    def texts(self) -> dict[str, str]:
        """The texts of the site as `[theme.texts]` writes them: ``headline.de``; read once in a generation."""
        return self.stored_texts()

    def stored_texts(self) -> dict[str, str]:
        """The texts of the site as they are now."""
        with self.database.read() as session:
            return {f"{row.name}.{row.locale}": row.text for row in session.execute(select(TextRow)).scalars()}

    def all(self) -> list[Page]:
        """Every page as it is now, drafts too, in the order of menus."""
        with self.database.read() as session:
            rows = session.execute(select(PageRow).order_by(PageRow.position, PageRow.slug)).scalars().all()
            contents: dict[int, dict[str, Content]] = {row.id: {} for row in rows}
            for content in session.execute(select(ContentRow).order_by(ContentRow.locale)).scalars():
                contents[content.page_id][content.locale] = Content(content.title, content.body)
        return [_page(row, contents[row.id]) for row in rows if contents[row.id]]

    def get(self, slug: str) -> Page:
        """One page as it is now; raises `NotFound`."""
        for page in self.all():
            if page.slug == slug:
                return page
        raise NotFound("There is no such page.")

    def create(self, actor: Actor, page: PageInput) -> Page:
        """Make a page; raises `PermissionDenied`, and `ValidationFailed` that names the fields."""
        self._check(actor, page)
        with self.database.write() as unit:
            self._refuse_taken(unit.session, page.slug, None)
            row = PageRow(slug=page.slug, created=unit.now, revision=0)
            self._fill(unit, row, page)
            unit.audit("page.created", f"page:{page.slug}", actor)
            self.repository.plugins.renew(unit)
        return self.get(page.slug)

    def update(self, actor: Actor, slug: str, page: PageInput, revision: int | None = None) -> Page:
        """Replace a page, whose address may change too. Raises like `create`, `NotFound`, and `RevisionMismatch` when
        `revision` is not the present one."""
        self._check(actor, page)
        with self.database.write() as unit:
            row = self._row(unit.session, slug)
            if revision is not None and revision != row.revision:
                raise RevisionMismatch("Somebody else changed this page meanwhile.")
            self._refuse_taken(unit.session, page.slug, row.id)
            self._fill(unit, row, page)
            unit.audit("page.updated", f"page:{page.slug}", actor, languages=sorted(page.contents))
            self.repository.plugins.renew(unit)
        return self.get(page.slug)

    def delete(self, actor: Actor, slug: str) -> None:
        """Remove a page; raises `PermissionDenied` and `NotFound`."""
        self._require_administrator(actor)
        with self.database.write() as unit:
            unit.session.delete(self._row(unit.session, slug))
            unit.audit("page.deleted", f"page:{slug}", actor)
            self.repository.plugins.renew(unit)

    def save_texts(self, actor: Actor, values: Mapping[tuple[str, str], str]) -> None:
        """Set texts of the site by name and language; an empty one goes back to `instance.toml`.

        Raises `PermissionDenied`, and `ValidationFailed` that names the fields.
        """
        self._require_administrator(actor)
        if problems := text_problems(values):
            raise ValidationFailed(errors=problems)
        with self.database.write() as unit:
            for (name, locale), text in values.items():
                unit.session.execute(delete(TextRow).where(TextRow.name == name, TextRow.locale == locale))
                if text:
                    unit.session.add(TextRow(name=name, locale=locale, text=text, updated=unit.now))
            unit.audit("texts.changed", "site", actor, texts=sorted(f"{name}.{locale}" for name, locale in values))
            self.repository.plugins.renew(unit)

    def _check(self, actor: Actor, page: PageInput) -> None:
        self._require_administrator(actor)
        if problems := page_problems(page, self.repository.config.site.languages):
            raise ValidationFailed(errors=problems)

    def _require_administrator(self, actor: Actor) -> None:
        if not actor.can(ADMINISTRATION):
            raise PermissionDenied()

    def _row(self, session: Session, slug: str) -> PageRow:
        row = session.execute(select(PageRow).where(PageRow.slug == slug)).scalar_one_or_none()
        if row is None:
            raise NotFound("There is no such page.")
        return row

    def _refuse_taken(self, session: Session, slug: str, own: int | None) -> None:
        other = session.execute(select(PageRow.id).where(PageRow.slug == slug)).scalar_one_or_none()
        if other is not None and other != own:
            raise ValidationFailed(errors=[Problem("slug", "There is a page with this address already.", code="taken")])

    def _fill(self, unit: UnitOfWork, row: PageRow, page: PageInput) -> None:
        row.slug, row.place, row.position, row.published = page.slug, page.place, page.position, page.published
        row.revision, row.updated = row.revision + 1, unit.now
        unit.session.add(row)
        unit.session.flush()
        unit.session.execute(delete(ContentRow).where(ContentRow.page_id == row.id))
        for locale, content in page.contents.items():
            unit.session.add(ContentRow(page_id=row.id, locale=locale, title=content.title, body=content.body))


def _page(row: PageRow, contents: Mapping[str, Content]) -> Page:
    return Page(row.slug, row.place, row.position, row.published, row.revision, row.updated, contents)
