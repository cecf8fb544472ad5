"""Writes the fonts of the pages and `css/fonts.css` from Inter and Source Serif 4, made small for a first view.

Run it again for a new version of either, or when the pages need another weight:

    pip install fonttools brotli
    npm pack @fontsource-variable/inter@5.3.0 && mkdir inter && tar xzf fontsource-variable-inter-*.tgz -C inter
    npm pack @fontsource-variable/source-serif-4@5.3.1 && mkdir serif && tar xzf …-serif-4-*.tgz -C serif
    python core/tools/pages/fonts.py inter/package serif/package

What is changed: the weight axis is cut to what the style sheets use, features and hints that no page uses are
dropped, and the commonest characters of Latin text are a file of their own (`core`), which is all that most pages
load; further files follow by `unicode-range`. Since Adobe reserves the name "Source", the serif is called
"Muniment Serif". Both stay under the SIL Open Font License, whose text lies beside them.

Nothing on a page moves because of a font: one that is not there at the first paint is not used before the next page
(`font-display: optional`; the two of nearly every page are preloaded). Until then text stands in a font of the system
that is stretched to the same width and height. The widths are averages over text; those of system fonts are from
Capsize (@capsizecss/metrics 4.3), those of DejaVu were measured in the same way.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

STATIC = Path(__file__).parents[2] / "src" / "muniment" / "web" / "ui" / "static"
VENDOR = STATIC / "vendor"

#: What nearly all Latin text is made of: ASCII, quotation marks, dashes, and the letters of German.
CORE = {*range(0x20, 0x7F), 0xA0, 0xA9, 0xB7, *map(ord, "–—‘’“”„…×äöüÄÖÜßé")}
SUBSETS = ("latin-ext", "vietnamese", "greek", "cyrillic", "latin")
FEATURES = ["kern", "liga", "tnum", "mark", "mkmk", "ccmp", "locl"]
CORE_FEATURES = ["kern", "liga", "tnum"]


@dataclass(frozen=True)
class Metrics:
    """Heights and average width of a font, as parts of an em."""

    ascent: float
    descent: float
    width: float


@dataclass(frozen=True)
class Face:
    """One style of one family. `weights` is the part of the axis that is kept; `subsets` beyond the core."""

    style: str
    weights: tuple[int, int]
    subsets: tuple[str, ...] = SUBSETS


@dataclass(frozen=True)
class Family:
    """A family as it comes (`package`, `stem` of its files) and as pages know it."""

    name: str
    package: str
    stem: str
    folder: str
    prefix: str
    metrics: Metrics
    faces: tuple[Face, ...]
    #: Fonts of systems that stand in: the name of the stand-in, the local fonts of one shape, their average width.
    stand_ins: tuple[tuple[str, tuple[str, ...], float], ...]


FAMILIES = (
    Family(
        "Inter", "@fontsource-variable/inter", "inter", "inter", "inter",
        Metrics(1984 / 2048, 494 / 2048, 978 / 2048),
        (Face("normal", (400, 650)),),
        (
            ("Sans Like Arial", ("Arial", "Arimo", "Liberation Sans", "Helvetica"), 913 / 2048),
            ("Sans Like Roboto", ("Roboto",), 911 / 2048),
            ("Sans Like DejaVu", ("DejaVu Sans",), 0.510),
        ),
    ),
    Family(
        "Muniment Serif", "@fontsource-variable/source-serif-4", "source-serif-4", "source-serif-4", "serif",
        Metrics(1.036, 0.335, 0.479),
        (Face("normal", (400, 600)), Face("italic", (400, 400), ("latin-ext", "latin"))),
        (
            ("Serif Like Times", ("Times New Roman", "Tinos", "Liberation Serif"), 832 / 2048),
            ("Serif Like Noto", ("Noto Serif",), 0.481),
            ("Serif Like DejaVu", ("DejaVu Serif",), 0.518),
        ),
    ),
)  # fmt: skip


def main(folders: list[Path]) -> None:
    rules = []
    for family, folder in zip(FAMILIES, folders, strict=True):
        version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
        target = VENDOR / family.folder / version
        target.mkdir(parents=True, exist_ok=True)
        for old in target.glob("*.woff2"):
            old.unlink()
        (target / "LICENSE").write_text((folder / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")
        for face in family.faces:
            rules += write_face(family, face, folder, target)
        rules += [stand_in(family, *one) for one in family.stand_ins]
        write_sums(target)
    head = "/* Written by core/tools/pages/fonts.py: one file for each script; browsers load what a page needs. */"
    (STATIC / "css" / "fonts.css").write_text("\n".join([head, *rules, ""]), encoding="utf-8")


def write_face(family: Family, face: Face, folder: Path, target: Path) -> list[str]:
    """The files of one style and their rules, whose ranges of characters do not overlap with the core."""
    ranges = json.loads((folder / "unicode.json").read_text(encoding="utf-8"))
    slope = "" if face.style == "normal" else f"-{face.style}"
    rules = []
    for name in face.subsets:
        source = folder / "files" / f"{family.stem}-{name}-wght-{face.style}.woff2"
        file = target / f"{family.prefix}-{name}{slope}.woff2"
        characters = points(ranges[name])
        write(family, face, source, characters - CORE, FEATURES, file)
        # A browser asks for every file whose range holds a character while another one is on its way.
        rules.append(rule(family, face, file, written(characters - CORE) if characters & CORE else ranges[name]))
    source = folder / "files" / f"{family.stem}-latin-wght-{face.style}.woff2"
    file = target / f"{family.prefix}-core{slope}.woff2"
    write(family, face, source, CORE, CORE_FEATURES, file)
    rules.append(rule(family, face, file, written(CORE)))
    return rules


def rule(family: Family, face: Face, file: Path, characters: str) -> str:
    low, high = face.weights
    weight = f"{low} {high}" if low != high else f"{low}"
    return (
        f'@font-face{{font-family:"{family.name}";font-style:{face.style};font-weight:{weight};font-display:optional;'
        f'src:url(../static/{file.relative_to(STATIC).as_posix()}) format("woff2");unicode-range:{characters}}}'
    )


def write(family: Family, face: Face, source: Path, characters: set[int], features: list[str], target: Path) -> None:
    """One file with these characters."""
    font = TTFont(source)
    options = subset.Options(
        layout_features=features, hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 4, 6, 13, 14]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    plain = io.BytesIO()
    font.flavor = None
    font.save(plain)
    plain.seek(0)
    low, high = face.weights
    smaller = instancer.instantiateVariableFont(TTFont(plain), {"wght": low if low == high else (low, high)})
    rename(smaller, family.name, face.style)
    smaller.flavor = "woff2"
    smaller.save(target)


def rename(font: TTFont, family: str, style: str) -> None:
    """Give a changed font a name of its own; its copyright and licence stay as they are."""
    style = style.capitalize() if style != "normal" else "Regular"
    names = {1: family, 2: style, 4: f"{family} {style}", 6: f"{family.replace(' ', '')}-{style}"}
    for record in list(font["name"].names):
        if record.nameID in names:
            record.string = names[record.nameID]


def stand_in(family: Family, name: str, local: tuple[str, ...], width: float) -> str:
    """A rule that stretches a font of the system to the width and height of the family."""
    adjust = family.metrics.width / width
    sources = ",".join(f'local("{one}")' for one in local)
    return (
        f'@font-face{{font-family:"{name}";src:{sources};size-adjust:{adjust:.2%};'
        f"ascent-override:{family.metrics.ascent / adjust:.2%};descent-override:{family.metrics.descent / adjust:.2%};"
        "line-gap-override:0%}"
    )


def points(text: str) -> set[int]:
    """The characters of a `unicode-range`."""
    found: set[int] = set()
    for part in text.replace("U+", "").split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def written(characters: set[int]) -> str:
    """Characters as a `unicode-range`."""
    parts, ordered = [], sorted(characters)
    start = before = ordered[0]
    for point in [*ordered[1:], -1]:
        if point != before + 1:
            parts.append(f"U+{start:X}" if start == before else f"U+{start:X}-{before:X}")
            start = point
        before = point
    return ",".join(parts)


def write_sums(folder: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:3]])
