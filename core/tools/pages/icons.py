"""Writes the two sprites of icons from the drawings of Lucide.

Run it again to add an icon, or for a new version of Lucide:

    npm pack lucide-static@1.62.0 && tar xzf lucide-static-*.tgz
    python core/tools/pages/icons.py package

`sprite.svg` holds what visitors' pages show, `working.svg` what only pages show on which people work, so that the
first view of a record stays light. Lines and colours come from the class `icon` of the style sheets.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "src" / "muniment" / "web" / "ui" / "static" / "vendor" / "lucide"

SPRITES = {
    "sprite.svg": """
        search sun moon monitor menu user circle-user log-in log-out settings copy check download eye file file-text
        file-image file-code file-archive file-audio file-video-camera file-spreadsheet folder folder-open chevron-down
        chevron-right chevron-left chevron-up lock lock-open external-link x info triangle-alert circle-alert
        circle-check arrow-right arrow-left arrow-up calendar calendar-clock languages book-open quote layers tag
        map-pin upload plus history mail pencil globe building-2 users database music video image code presentation
        flask-conical graduation-cap box workflow microscope clock link list filter house circle-help scale eye-off
        git-branch archive
    """,
    "working.svg": """
        key-round trash-2 laptop smartphone shield hash arrow-down arrow-up-down chevrons-up-down chevrons-right
        ellipsis ellipsis-vertical grip-vertical circle-dot circle circle-x circle-minus circle-plus circle-pause
        circle-play circle-stop play pause rotate-ccw rotate-cw refresh-cw save send share-2 star bell bell-off bookmark
        cloud cloud-off cloud-upload cloud-check wifi-off hard-drive hard-drive-upload server activity gauge
        chart-column chart-line list-checks list-ordered list-todo list-plus list-filter table-2 layout-dashboard
        panel-left scroll-text clipboard-list clipboard-check clipboard-paste file-plus file-check file-clock file-diff
        file-x file-up file-down file-pen files folder-plus folder-up folder-tree user-plus user-check user-x user-cog
        user-round-pen users-round shield-check shield-alert shield-off id-card badge-check bold italic underline
        strikethrough subscript superscript heading-2 heading-3 list-tree indent-increase indent-decrease text-quote
        link-2 unlink undo-2 redo-2 remove-formatting pilcrow code-xml braces terminal plug puzzle package blocks
        palette paintbrush megaphone message-square message-circle-question-mark inbox bug wrench sliders-horizontal
        toggle-left toggle-right power timer hourglass calendar-days calendar-check calendar-plus merge split
        git-compare git-commit-horizontal copy-plus import log-out arrow-left-right move-up move-down corner-down-right
        landmark coins hand-coins library book-plus newspaper speech type text-cursor-input square-pen pen-line eraser
        sparkles wand-sparkles lightbulb life-buoy map pin undo zap ban loader loader-circle fingerprint-pattern
        monitor-smartphone
    """,
}


def symbol(folder: Path, name: str) -> str:
    """One drawing as a symbol, without the attributes that the style sheets set."""
    source = (folder / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    inner = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if inner is None:
        raise SystemExit(f"{name}.svg holds no drawing")
    shapes = re.sub(r"\s*\n\s*", "", inner[1]).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main(folder: Path) -> None:
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    target = VENDOR / version
    target.mkdir(parents=True, exist_ok=True)
    (target / "LICENSE").write_text((folder / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")
    drawn: set[str] = set()
    for file, names in SPRITES.items():
        wanted = [name for name in names.split() if name not in drawn]
        drawn.update(wanted)
        lines = ['<svg xmlns="http://www.w3.org/2000/svg">', *(symbol(folder, name) for name in wanted), "</svg>", ""]
        (target / file).write_text("\n".join(lines), encoding="utf-8")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(target.iterdir())
        if path.name != "SHA256SUMS"
    ]
    (target / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
