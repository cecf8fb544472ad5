"""The German catalogue is complete, keeps its placeholders and is compiled."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

import muniment
from muniment.testing.extraction import KEYWORDS, texts_in
from muniment.web.ui.environment import TRANSLATIONS

PACKAGE = Path(muniment.__file__).parent
GERMAN = TRANSLATIONS / "de" / "LC_MESSAGES"


@pytest.fixture(scope="module")
def german() -> Catalog:
    with (GERMAN / "messages.po").open("rb") as file:
        return read_po(file, locale="de")


def _translated(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def test_the_mapping_for_babel_finds_what_the_test_finds() -> None:
    mapping = PACKAGE.parents[1] / "babel.cfg"
    if not mapping.is_file():
        pytest.skip("the source tree is not here")
    with mapping.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(PACKAGE, method_map=methods, options_map=options, keywords=KEYWORDS)
    assert {message if isinstance(message, str) else message[0] for _, _, message, *_ in found} == texts_in(PACKAGE)


def test_every_text_for_people_has_a_german_one(german: Catalog) -> None:
    known = {message.id if isinstance(message.id, str) else message.id[0] for message in _translated(german)}
    assert texts_in(PACKAGE) - known == set(), "see core/babel.cfg for how to update the catalogue"


def test_nothing_is_left_empty_or_unsure(german: Catalog) -> None:
    for message in _translated(german):
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(texts), message.id
        assert not message.fuzzy, message.id


def test_placeholders_are_those_of_the_original(german: Catalog) -> None:
    for message in _translated(german):
        wanted = set(re.findall(r"%\(\w+\)[sd]", message.id if isinstance(message.id, str) else message.id[1]))
        for text in [message.string] if isinstance(message.string, str) else message.string:
            found = set(re.findall(r"%\(\w+\)[sd]", text))
            # The singular may say "one" instead of the number.
            assert found == wanted or (isinstance(message.id, tuple) and found == wanted - {"%(num)s"}), message.id


def test_the_compiled_catalogue_is_that_of_the_source(german: Catalog) -> None:
    """Message by message: the header names the version of the program that wrote it."""
    compiled = io.BytesIO()
    write_mo(compiled, german)
    compiled.seek(0)
    with (GERMAN / "messages.mo").open("rb") as file:
        kept = [(message.id, message.string) for message in read_mo(file) if message.id]
    assert kept == [(message.id, message.string) for message in read_mo(compiled) if message.id]
