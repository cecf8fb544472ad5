"""The errors of the protocol, by their codes."""

from __future__ import annotations


class ProtocolError(Exception):
    """What a harvester is answered instead: `code` as OAI-PMH names it, `message` for whoever reads the log."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class BadVerb(ProtocolError):
    """The request names no verb of the protocol, or more than one. Nothing of it is repeated in the answer."""

    def __init__(self, message: str) -> None:
        super().__init__("badVerb", message)


class BadArgument(ProtocolError):
    """An argument is missing, repeated, unknown or malformed. Nothing of the request is repeated in the answer."""

    def __init__(self, message: str) -> None:
        super().__init__("badArgument", message)


class BadToken(ProtocolError):
    """A resumption token that was not given by this repository for this verb, or not kept for so long."""

    def __init__(self, message: str = "The resumption token is not valid, or too old. Begin the list again.") -> None:
        super().__init__("badResumptionToken", message)
