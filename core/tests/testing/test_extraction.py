"""Texts for people are found in code, templates, manifests, settings and jobs of a package."""

from __future__ import annotations

from pathlib import Path

from muniment.testing.extraction import texts_in

CODE = """
from flask_babel import gettext, ngettext

class Settings(Schema):
    days = fields.Integer(metadata={"label": "Days", "help": "How long.", "unit": "days", "example": "7"})

JOBS = [Job("a.sweep", "1 * * * *", sweep, "Sweep"), Job(name="a.mop", title="Mop", schedule="2 * * * *")]

def page(count):
    return gettext("Hello"), ngettext("one record", "%(num)s records", count), gettext(count)
"""
MANIFEST = """
name = "tidy"
title = "Tidy"
description = "Keeps things tidy."
personal_data_reason = "It keeps nothing."
"""


def test_every_text_for_people_is_found(tmp_path: Path) -> None:
    (tmp_path / "plugin.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "templates" / "tidy").mkdir(parents=True)
    template = "{% trans %}\n Two\n lines {% endtrans %}{{ _('A page') }}"
    (tmp_path / "templates" / "tidy" / "page.html").write_text(template, encoding="utf-8")
    in_code = {"Days", "How long.", "days", "Sweep", "Mop", "Hello", "one record"}
    in_manifest = {"Tidy", "Keeps things tidy.", "It keeps nothing."}
    assert texts_in(tmp_path) == in_code | in_manifest | {"Two lines", "A page"}
