"""A browser's name and device in a few words, for the list of devices: the full header is not kept."""

from __future__ import annotations

import re

_BROWSERS = (  # first match wins: most browsers also claim to be the ones further down
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"\b(?:OPR|Opera)/(\d+)")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/(\d+)")),
    ("Vivaldi", re.compile(r"\bVivaldi/(\d+)")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d+)")),
    ("Chromium", re.compile(r"\bChromium/(\d+)")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS|HeadlessChrome)/(\d+)")),
    ("Safari", re.compile(r"\bVersion/(\d+)[\d.]* (?:Mobile/\S+ )?Safari/")),
    ("curl", re.compile(r"^curl/(\d+)")),
    ("Python", re.compile(r"^(?:python-requests|python-httpx|Python-urllib)/(\d+)")),
)
_SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Linux", re.compile(r"\bLinux\b|\bX11\b")),
)
_LONGEST_HEADER = 1000  # characters looked at; real headers have 100 to 300


def summarize(header: str | None) -> str:
    """`Firefox 145 on Linux`, or as much of it as can be told; empty when nothing can."""
    text = (header or "")[:_LONGEST_HEADER]
    browser = _browser(text)
    system = next((name for name, pattern in _SYSTEMS if pattern.search(text)), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system


def _browser(text: str) -> str:
    for name, pattern in _BROWSERS:
        found = pattern.search(text)
        if found:
            return f"{name} {found.group(1)[:4]}"
    return ""
