"""Files of vocabularies: read whole or refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment.errors import ConfigurationError
from muniment.vocabularies.source import Source


def read(tmp_path: Path, text: str) -> Source:
    file = tmp_path / "terms.jsonl"
    file.write_text(text, encoding="utf-8")
    return Source.read(file)


def test_terms_come_in_the_order_of_the_lines(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        '# colours\n\n{"id": "red", "title": {"en": " Red "}, "props": {"rgb": "f00"}, "tags": ["warm", "warm"]}\n'
        '{"id": "blue", "title": {"en": "Blue", "pt-BR": "Azul"}, "description": {"en": "Cold."}, "icon": "b"}\r\n',
    )
    red, blue = source.terms()
    assert (red.id, red.title, red.props, red.tags) == ("red", {"en": "Red"}, {"rgb": "f00"}, ("warm",))
    assert (blue.id, blue.title, blue.icon) == ("blue", {"en": "Blue", "pt-BR": "Azul"}, "b")
    assert blue.description == {"en": "Cold."}


GOOD = '{"id": "red", "title": {"en": "Red"}}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: not valid JSON"),
        ("[]", "line 2: a term is a JSON object"),
        ('{"title": {"en": "x"}}', "line 2: id: Missing data for required field."),
        ('{"id": 1, "title": {"en": "x"}}', "line 2: id: Not a valid string."),
        ('{"id": "", "title": {"en": "x"}}', "line 2: id: Length must be between 1 and 191."),
        ('{"id": "a b", "title": {"en": "x"}}', "line 2: id: An id has no spaces"),
        ('{"id": "a/b", "title": {"en": "x"}}', "line 2: id: An id has no spaces"),
        ('{"id": "a"}', "line 2: title: Missing data for required field."),
        ('{"id": "a", "title": "x"}', "line 2: title: Not a valid mapping type."),
        ('{"id": "a", "title": {"English": "x"}}', "line 2: title.English: Not a language"),
        ('{"id": "a", "title": {"en": " "}}', "line 2: title.en: Field may not be blank."),
        ('{"id": "a", "title": {"en": 1}}', "line 2: title.en: Not a valid string."),
        ('{"id": "a", "title": {"en": "x"}, "tags": "t"}', "line 2: tags: Not a valid list."),
        ('{"id": "a", "title": {"en": "x"}, "tags": [""]}', "line 2: tags.0: Field may not be blank."),
        ('{"id": "a", "title": {"en": "x"}, "props": {"n": 1}}', "line 2: props.n: Not a valid string."),
        ('{"id": "a", "title": {"en": "x"}, "icon": []}', "line 2: icon: Not a valid string."),
        ('{"id": "a", "title": {"en": "x"}, "tilte": {}}', "line 2: unknown key 'tilte'"),
        (GOOD, "line 2: the id 'red' stands on line 1 already"),
    ],
)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    source = read(tmp_path, f"{GOOD}\n{line}\n")
    with pytest.raises(ConfigurationError) as error:
        source.terms()
    assert message in error.value.message
    assert "terms.jsonl" in error.value.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nothing\.jsonl: the vocabulary cannot be read"):
        Source.read(tmp_path / "nothing.jsonl")


def test_the_digest_tells_files_apart(tmp_path: Path) -> None:
    first = read(tmp_path, GOOD).digest
    assert read(tmp_path, GOOD).digest == first
    assert read(tmp_path, GOOD + "\n").digest != first
