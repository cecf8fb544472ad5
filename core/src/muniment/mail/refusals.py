"""Which failures of handing a message over pass by themselves."""

from __future__ import annotations

import smtplib
import ssl


def is_temporary(error: OSError) -> bool:
    """Whether trying again without anybody's help can succeed: a server that is away or says "later" (4xx).

    All of smtplib's exceptions are `OSError`s. So is that of a template which is not there: it is a `LookupError` too,
    and nothing to wait for.
    """
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPServerDisconnected):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return bool(codes) and all(400 <= code < 500 for code in codes)
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return not isinstance(error, smtplib.SMTPException | ssl.SSLError | LookupError)
