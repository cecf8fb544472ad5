"""The form of log lines."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from muniment.settings.config import Logging
from muniment.web.request_log import Lines, configure_logging, log_request, server_logging


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Logging(format="json"))
    log_request({"REQUEST_METHOD": "GET", "muniment.route": "/records/<id>"}, 200, 0.0123, 5)
    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert found["event"] == "request"
    assert found["level"] == "info"
    assert (found["route"], found["status"], found["ms"], found["bytes"]) == ("/records/<id>", 200, 12.3, 5)


def test_line_breaks_in_values_stay_inside_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Logging(format="json"))
    log_request({"REQUEST_METHOD": 'X\r\n{"event":"forged"}'}, 400, 0.0, 0)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_exception_is_written_into_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Logging(format="json"))
    try:
        raise ValueError("broken")
    except ValueError as error:
        structlog.get_logger("test").error("failed", exc_info=error)
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: broken" in json.loads(line)["exception"]


def test_text_is_for_people_and_shows_no_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Logging(format="text"))
    password = "hidden in a variable"
    try:
        raise ValueError(len(password))
    except ValueError as error:
        structlog.get_logger("test").error("failed", exc_info=error)
    written = capsys.readouterr().err
    assert "failed" in written
    assert password not in written


def test_the_level_silences_what_is_below(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Logging(level="ERROR"))
    log_request({}, 200, 0.0, 0)
    assert capsys.readouterr().err == ""


def test_lines_of_libraries_have_the_same_form() -> None:
    record = logging.LogRecord("_granian", logging.ERROR, "file", 1, "stopped\n%s", ("x",), None)
    found = json.loads(Lines(as_json=True).format(record))
    assert (found["event"], found["level"], found["logger"]) == ("stopped\nx", "error", "_granian")
    assert Lines(as_json=False).format(record) == "error _granian: stopped\nx"


def test_the_configuration_of_library_logging_is_valid() -> None:
    before = logging.getLogger().handlers[:]
    try:
        logging.config.dictConfig(server_logging(Logging()))
    finally:
        logging.getLogger().handlers[:] = before
