"""Grants as the guidelines for literature 3 and for data write them: `info:eu-repo/grantAgreement/EC/H2020/777483`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from muniment_openaire.markup import element

_START: Final = "info:eu-repo/grantAgreement"

#: Short names of funders at OpenAIRE, by ROR id and by id of Crossref's registry.
_FUNDERS: Final = {
    "00k4n6c32": "EC",
    "10.13039/501100000780": "EC",
    "10.13039/100010661": "EC",
    "10.13039/100010662": "EC",
    "10.13039/100018693": "EC",
    "05k73zm37": "AKA",
    "10.13039/501100002341": "AKA",
    "00rbzpz17": "ANR",
    "10.13039/501100001665": "ANR",
    "05mmh0f86": "ARC",
    "10.13039/501100000923": "ARC",
    "01gavpb45": "CIHR",
    "10.13039/501100000024": "CIHR",
    "018mejw64": "DFG",
    "10.13039/501100001659": "DFG",
    "00snfqn58": "FCT",
    "10.13039/501100001871": "FCT",
    "013tf3c58": "FWF",
    "10.13039/501100002428": "FWF",
    "011kf5r70": "NHMRC",
    "10.13039/501100000925": "NHMRC",
    "01cwqze88": "NIH",
    "10.13039/100000002": "NIH",
    "01h531d29": "NSERC",
    "10.13039/501100000038": "NSERC",
    "021nxhr62": "NSF",
    "10.13039/100000001": "NSF",
    "04jsz6e67": "NWO",
    "10.13039/501100003246": "NWO",
    "00yjd3n13": "SNSF",
    "10.13039/501100001711": "SNSF",
    "04j5jqy92": "SSHRC",
    "10.13039/501100000155": "SSHRC",
    "04w9kkr77": "TUBITAK",
    "10.13039/501100004410": "TUBITAK",
    "001aqnf71": "UKRI",
    "10.13039/100014013": "UKRI",
    "029chgv08": "WT",
    "10.13039/100010269": "WT",
    "10.13039/100004440": "WT",
}


def grant_agreements(metadata: Mapping[str, Any]) -> Iterator[str]:
    """The agreements of a record: funder, programme and number of each grant whose funder OpenAIRE has a name for."""
    for entry in metadata.get("funding") or ():
        award: Mapping[str, Any] = entry.get("award") or {}
        funder = _FUNDERS.get(str((entry.get("funder") or {}).get("id") or ""))
        number = str(award.get("number") or "")
        if funder and number:
            parts = (funder, str(award.get("program") or ""), number)
            yield "/".join([_START, *(quote(part, safe=":") for part in parts)])


_END: Final = b"</oai_dc:dc>"


def with_agreements(document: bytes, metadata: Mapping[str, Any]) -> bytes:
    """Dublin Core with a relation for each agreement, as the guidelines for literature 3 ask for it."""
    start, end, rest = document.rpartition(_END)
    found = [agreement for agreement in grant_agreements(metadata) if agreement.encode() not in document]
    if not end or not found:
        return document
    return start + "".join(element("dc:relation", agreement) for agreement in found).encode() + end + rest
