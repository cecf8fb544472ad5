"""Sends many requests over kept connections and tells how many were answered in a second, and how slowly."""

from __future__ import annotations

import http.client
import multiprocessing
import re
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Load:
    """The outcome: requests per second, and milliseconds at the median and the 99th percentile."""

    rate: float
    p50: float
    p99: float
    tool: str


#: How long each load lasts; `--seconds` changes it.
seconds_of_load = 4.0


def hammer(url: str, headers: dict[str, str] | None = None, connections: int = 8) -> Load:
    """Ask for `url` again and again; with wrk where it is installed, else with processes of our own."""
    seconds = seconds_of_load
    if shutil.which("wrk"):
        return _wrk(url, headers or {}, seconds, connections)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        parts = pool.starmap(_ask, [(url, headers or {}, seconds)] * 2)
    times = sorted(value for part in parts for value in part)
    return Load(len(times) / seconds, 1000 * statistics.median(times), 1000 * times[int(len(times) * 0.99) - 1], "own")


def _wrk(url: str, headers: dict[str, str], seconds: float, connections: int) -> Load:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(seconds, 1):.0f}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", text)[0])
    return Load(rate, _milliseconds(text, "50%"), _milliseconds(text, "99%"), "wrk")


def _milliseconds(text: str, row: str) -> float:
    value, unit = re.findall(rf"{row}\s+([\d.]+)(us|ms|s)", text)[0]
    return float(value) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def _ask(url: str, headers: dict[str, str], seconds: float) -> list[float]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "localhost", parts.port)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        started = time.perf_counter()
        connection.request("GET", path, headers=headers)
        connection.getresponse().read()
        times.append(time.perf_counter() - started)
    return times
