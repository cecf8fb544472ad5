"""Writes `languages.jsonl`: every language of ISO 639-3, with its names in a few languages.

Run it again when the standard changes (about once a year, in spring):

    pip install python-iso639 babel
    python core/tools/vocabularies/languages.py

Codes, scope, type and English names come from SIL's tables of ISO 639-3 (in the package python-iso639), names
in other languages from Unicode's CLDR (in Babel). `data/README.md` beside the result tells both licences.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

OUTPUT = Path(__file__).parents[2] / "src" / "muniment" / "vocabularies" / "data" / "languages.jsonl"
TITLE_LOCALES = ("de", "fr", "es", "it", "pt")
SCOPES = {"I": "individual", "M": "macrolanguage", "S": "special"}
TYPES = {
    "L": "living",
    "E": "extinct",
    "A": "ancient",
    "H": "historical",
    "C": "constructed",
    "S": "special",
}


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of SIL's tables."""
    table = files("iso639").joinpath("_data", name).read_text(encoding="utf-8")
    return csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)


def other_names() -> dict[str, list[str]]:
    """All English names of a language in the standard, by its code."""
    names: dict[str, list[str]] = defaultdict(list)
    for row in rows("iso-639-3_Name_Index.tab"):
        names[row["Id"]].append(row["Print_Name"])
    return names


def own_name(code: str) -> str | None:
    """What the speakers of a language call it, where CLDR knows."""
    try:
        return Locale(code).languages.get(code)
    except (UnknownLocaleError, ValueError):
        return None


def titles(row: dict[str, str]) -> dict[str, str]:
    found = {"en": row["Ref_Name"]}
    short = row["Part1"]
    for locale in TITLE_LOCALES:
        names = Locale(locale).languages
        name = names.get(short) if short else names.get(row["Id"])
        if name:
            found[locale] = name
    if short and short not in found and (name := own_name(short)):
        found[short] = name
    return found


def term(row: dict[str, str], names: dict[str, list[str]]) -> dict[str, Any]:
    props = {"alpha_2": row["Part1"]}
    if row["Part2b"] and row["Part2b"] != row["Id"]:
        props["alpha_3b"] = row["Part2b"]
    usual = Locale("en").languages.get(row["Part1"] or row["Id"])
    also = dict.fromkeys([*names[row["Id"]], *([usual] if usual else [])])
    also.pop(row["Ref_Name"], None)
    if also:
        props["also_known_as"] = "; ".join(also)
    return {
        "id": row["Id"],
        "title": titles(row),
        "props": props,
        "tags": list(dict.fromkeys((SCOPES[row["Scope"]], TYPES[row["Language_Type"]]))),
    }


def main() -> None:
    names = other_names()
    # What has a two-letter code is what people look for most; then by English name.
    ordered = sorted(rows("iso-639-3.tab"), key=lambda row: (not row["Part1"], row["Ref_Name"].casefold(), row["Id"]))
    with OUTPUT.open("w", encoding="utf-8", newline="\n") as output:
        for row in ordered:
            output.write(json.dumps(term(row, names), ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{OUTPUT.name}: {len(ordered)} languages")


if __name__ == "__main__":
    main()
