"""One JSON line for each request: what was asked of which route, how it ended and how long it took.

No address, account, query or user agent is written: the line names the route's pattern, not the path.
"""

from __future__ import annotations

import logging
import secrets
import sys
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import structlog

from muniment.settings.config import Logging

log = structlog.get_logger("muniment.request")

#: Set by the application once the route is known; read when the answer has been sent.
ROUTE: Final = "muniment.route"
REQUEST_ID: Final = "muniment.request_id"


def configure_logging(section: Logging) -> None:
    """Send structured log lines to standard error, as JSON or as text for people."""
    level = logging.getLevelNamesMapping()[section.level]
    renderer: Any = structlog.processors.JSONRenderer()
    if section.format == "text":
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def server_logging(section: Logging) -> dict[str, Any]:
    """The configuration of Python's own logging for the server's messages, in the same form as ours."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "root": {"level": section.level, "handlers": ["standard_error"]},
        "formatters": {"lines": {"()": "muniment.web.request_log.Lines", "as_json": section.format == "json"}},
        "handlers": {
            "standard_error": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "lines",
            }
        },
        "loggers": {"_granian": {"level": "ERROR", "propagate": True}, "alembic": {"level": "WARNING"}},
    }


class Lines(logging.Formatter):
    """Writes records of Python's own logging, of libraries, like ours."""

    def __init__(self, as_json: bool) -> None:
        super().__init__()
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        message = super().format(record)
        if not self.as_json:
            return f"{record.levelname.lower()} {record.name}: {message}"
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        line = {"logger": record.name, "event": message, "level": record.levelname.lower(), "timestamp": at}
        return orjson.dumps(line).decode()


def new_request_id() -> str:
    return secrets.token_hex(8)


def log_request(environ: dict[str, Any], status: int, seconds: float, sent: int | None) -> None:
    """Write the line of one request; `seconds` until its last byte was handed over, `sent` in bytes."""
    log.info(
        "request",
        request_id=environ.get(REQUEST_ID),
        method=environ.get("REQUEST_METHOD"),
        route=environ.get(ROUTE, "-"),
        status=status,
        ms=round(seconds * 1000, 2),
        bytes=sent,
    )
