"""Letters from templates."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from muniment.mail.rendering import TEMPLATES, LetterTemplates

VALUES = {"site_name": "Repo", "site_url": "https://repo.example.org", "hours": 72, "days": 7, "day": "8 March 2026"}
LINKS = {
    "link": "https://repo.example.org/confirm?token=abc",
    "sign_in": "https://repo.example.org/login",
    "forgot": "https://repo.example.org/lost-password",
    "own_data": "https://repo.example.org/account/settings/privacy",
    "waiting": "https://repo.example.org/control/users?state=waiting",
    "privacy_notice": "https://repo.example.org/about/privacy",
}
NAMES = sorted(path.stem for path in (TEMPLATES / "mail").glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_has_a_subject_a_body_and_only_links_of_the_site(name: str) -> None:
    letter = LetterTemplates().render(name, to="ada@example.org", language="en", values=VALUES, links=LINKS)
    assert "Repo" in letter.subject
    assert "\n" not in letter.subject
    assert letter.text.startswith("Hello,")
    addresses = [line for line in letter.text.splitlines() if line.startswith("http")]
    assert addresses
    assert set(addresses) <= set(LINKS.values())


def test_the_instance_may_replace_a_letter(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "invite.txt").write_text("Welcome to {{ site_name }}\n\nOpen\n{{ link }}\n")
    letter = LetterTemplates([tmp_path]).render("invite", to="a@b.org", language="en", values=VALUES, links=LINKS)
    assert letter.subject == "Welcome to Repo"
    assert letter.text == f"Open\n{LINKS['link']}\n"


def test_a_template_that_uses_an_unknown_value_fails_instead_of_sending_a_gap(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "invite.txt").write_text("{{ site_nmae }}\n\n{{ link }}\n")
    with pytest.raises(UndefinedError):
        LetterTemplates([tmp_path]).render("invite", to="a@b.org", language="en", values=VALUES, links=LINKS)


def test_a_letter_is_in_the_language_of_its_reader(tmp_path: Path) -> None:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    catalog = Catalog(locale="de")
    catalog.add("Hello,", "Guten Tag,")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    templates = LetterTemplates(translations=[tmp_path])
    texts = {
        language: templates.render("invite", to="a@b.org", language=language, values=VALUES, links=LINKS).text
        for language in ("de", "en")
    }
    assert texts["de"].startswith("Guten Tag,")
    assert texts["en"].startswith("Hello,")
