"""Where ORCID's interfaces are: beside its site, under names of their own."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

VERSION: Final = "v3.0"


def api_address(site: str, kind: str) -> str:
    """The address of the member interface (`kind` ``api``) or the public one (``pub``) that belongs to a site.

    https://sandbox.orcid.org has https://api.sandbox.orcid.org/v3.0; a site that is not ORCID's own has both below it.
    """
    parts = urlsplit(site)
    host = parts.netloc
    if host == "orcid.org" or host.endswith(".orcid.org"):
        return f"{parts.scheme}://{kind}.{host}/{VERSION}"
    return f"{site.rstrip('/')}/{VERSION}"
