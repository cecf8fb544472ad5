"""What people were told as an Atom feed (RFC 4287), at an address that only they know."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree

from flask_babel import force_locale, gettext
from sqlalchemy import select

from muniment.api import Actor, NotFound, Repository, hash_secret, new_secret
from muniment_notifications.models import FeedAddress
from muniment_notifications.reading import Reading

_ATOM: Final = "http://www.w3.org/2005/Atom"
#: A feed has so many entries, the newest.
ENTRIES: Final = 50


class Feeds:
    """The feeds of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def exists(self, subject: int) -> bool:
        with self.database.read() as session:
            return session.get(FeedAddress, subject) is not None

    def make(self, subject: int, actor: Actor) -> str:
        """A new address for a person's feed, which is shown once; the one before ends."""
        secret = new_secret()
        with self.database.write() as unit:
            row = unit.session.get(FeedAddress, subject) or FeedAddress(subject=subject)
            row.secret, row.created = hash_secret(secret), unit.now
            unit.session.add(row)
            unit.audit("notifications.feed_made", f"user:{subject}", actor)
        return f"{self._site}/notifications/feed/{secret}"

    def end(self, subject: int, actor: Actor) -> None:
        with self.database.write() as unit:
            row = unit.session.get(FeedAddress, subject)
            if row is not None:
                unit.session.delete(row)
                unit.audit("notifications.feed_ended", f"user:{subject}", actor)

    def document(self, secret: str) -> bytes:
        """The feed with this address; raises `NotFound` for one that there is not, or whose person cannot act."""
        with self.database.read() as session:
            owner = select(FeedAddress.subject).where(FeedAddress.secret == hash_secret(secret))
            subject = session.execute(owner).scalar_one_or_none()
        user = self.repository.users.get(subject) if subject is not None else None
        if user is None or not user.may_act:
            raise NotFound("There is no such feed.")
        language = user.locale or self.repository.config.site.languages[0]
        with force_locale(language):
            return self._written(user.subject_id, language)

    def _written(self, subject: int, language: str) -> bytes:
        found, _total = Reading(self.repository).list(subject, size=ENTRIES)
        site = self.repository.config.site
        feed = ElementTree.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": language})

        def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
            element = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
            element.text = text or None
            return element

        add(feed, "id", f"{self._site}/me/notifications#{subject}")
        add(feed, "title", gettext("Notifications from %(site)s", site=site.name))
        add(feed, "updated", (found[0].created if found else self.repository.now()).isoformat())
        add(add(feed, "author"), "name", site.name)
        add(feed, "link", rel="alternate", href=f"{self._site}/me/notifications")
        for one in found:
            entry = add(feed, "entry")
            add(entry, "id", f"{self._site}/me/notifications#{subject}-{one.id}")
            add(entry, "title", one.text)
            add(entry, "updated", one.created.isoformat())
            add(entry, "link", rel="alternate", href=f"{self._site}{one.path}")
        ElementTree.register_namespace("", _ATOM)
        return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))

    @property
    def _site(self) -> str:
        return self.repository.config.site.url.rstrip("/")
