"""Writes the outline of the world that stands behind the places of a record.

Run it again for a new version of the outline:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-*.tgz
    python core/tools/pages/world.py package

The drawing is one path in quarters of a degree, longitude to the right and latitude downwards, from 180° W and 90° N:
the plate carrée projection, in which a position is its own place on the map.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[2] / "src" / "muniment" / "web" / "ui" / "static"
VENDOR = STATIC / "vendor" / "natural-earth"
#: Steps of the drawing in one degree.
SCALE = 4

Step = tuple[int, int]


def main(package: Path) -> None:
    version = json.loads((package / "package.json").read_text())["version"]
    folder = VENDOR / version
    folder.mkdir(parents=True, exist_ok=True)
    outline = "".join(drawn(ring) for ring in rings(json.loads((package / "land-110m.json").read_text())))
    (folder / "land.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {360 * SCALE} {180 * SCALE}">'
        f'<path id="land" d="{outline}"/></svg>\n'
    )
    shutil.copyfile(package / "LICENSE", folder / "LICENSE")
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(folder.iterdir())
            if file.name != "SHA256SUMS"]  # fmt: skip
    (folder / "SHA256SUMS").write_text("".join(sums))


def rings(topology: dict[str, Any]) -> list[list[Step]]:
    """The closed lines of the land, in steps of the drawing."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            line.append((round((x * scale_x + move_x + 180) * SCALE), round((90 - y * scale_y - move_y) * SCALE)))
        arcs.append(line)
    found = []
    for shape in topology["objects"]["land"]["geometries"]:
        for polygon in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            for ring in polygon:
                line = []
                for number in ring:
                    line += arcs[number] if number >= 0 else arcs[~number][::-1]
                found += unrolled(
                    [step for step, after in zip(line, line[1:] + line[:1], strict=True) if step != after]
                )
    return [ring for ring in found if len(ring) > 2]


def unrolled(ring: list[Step]) -> list[list[Step]]:
    """A ring that goes over the date line, as lines that leave the drawing on one side each; others as they are."""
    around = 360 * SCALE
    shift, line = 0, [ring[0]]
    for (before_x, _), (x, y) in pairwise([*ring, ring[0]]):
        shift += around * ((x - before_x < -around / 2) - (x - before_x > around / 2))
        line.append((x + shift, y))
    if shift:  # around a pole: down to the edge of the drawing
        edge = 180 * SCALE
        line += [(line[-1][0], edge), (line[0][0], edge)]
    else:
        line.pop()
    least, most = min(x for x, _ in line), max(x for x, _ in line)
    moves = [0, *([around] if least < 0 else []), *([-around] if most > around else [])]
    return [[(x + move, y) for x, y in line] for move in moves]


def drawn(ring: list[Step]) -> str:
    """One closed line, as steps from each position to the next."""
    parts = [f"M{ring[0][0]} {ring[0][1]}l"]
    parts += [f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(ring)]
    return (parts[0] + " ".join(parts[1:]) + "z").replace(" -", "-")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
