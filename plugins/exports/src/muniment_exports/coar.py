"""Names from shared vocabularies: COAR's resource types and access rights, and SPDX's licences."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

_TYPES = "http://purl.org/coar/resource_type/"
_RIGHTS = "http://purl.org/coar/access_right/"
#: COAR Resource Type Vocabulary 3.2, by this repository's resource types; the main type stands for what is not here.
_RESOURCE_TYPES = {
    "publication": ("c_18cf", "text"),
    "publication-annotationcollection": ("c_1162", "annotation"),
    "publication-book": ("c_2f33", "book"),
    "publication-section": ("c_3248", "book part"),
    "publication-conferencepaper": ("c_5794", "conference paper"),
    "publication-conferenceproceeding": ("c_f744", "conference proceedings"),
    "publication-datamanagementplan": ("c_ab20", "data management plan"),
    "publication-journal": ("c_0640", "journal"),
    "publication-article": ("c_6501", "journal article"),
    "publication-patent": ("c_15cd", "patent"),
    "publication-peerreview": ("H9BQ-739P", "peer review"),
    "publication-preprint": ("c_816b", "preprint"),
    "publication-deliverable": ("c_18op", "project deliverable"),
    "publication-milestone": ("c_18op", "project deliverable"),
    "publication-proposal": ("c_baaf", "research proposal"),
    "publication-report": ("c_93fc", "report"),
    "publication-softwaredocumentation": ("c_71bd", "technical documentation"),
    "publication-technicalnote": ("c_18gh", "technical report"),
    "publication-workingpaper": ("c_8042", "working paper"),
    "publication-datapaper": ("c_beb9", "data paper"),
    "publication-dissertation": ("c_46ec", "thesis"),
    "publication-standard": ("c_71bd", "technical documentation"),
    "poster": ("c_6670", "conference poster"),
    "presentation": ("R60J-J5BD", "conference presentation"),
    "dataset": ("c_ddb1", "dataset"),
    "image": ("c_c513", "image"),
    "image-photo": ("c_ecc8", "still image"),
    "image-figure": ("c_ecc8", "still image"),
    "video": ("c_12ce", "video"),
    "audio": ("c_18cc", "sound"),
    "software": ("c_5ce6", "software"),
    "lesson": ("c_e059", "learning object"),
    "workflow": ("c_393c", "workflow"),
}
_ACCESS = {
    "open": ("c_abf2", "open access"),
    "embargoed": ("c_f1cf", "embargoed access"),
    "restricted": ("c_16ec", "restricted access"),
    "metadata-only": ("c_14cb", "metadata only access"),
}


def resource_type(kind: str) -> tuple[str, str]:
    """Address and label of a resource type; "other" for what COAR has no word for."""
    code, label = _RESOURCE_TYPES.get(kind) or _RESOURCE_TYPES.get(kind.partition("-")[0]) or ("c_1843", "other")
    return _TYPES + code, label


def access_rights(status: str) -> tuple[str, str]:
    """Address and label of access rights; restricted for what is not known."""
    code, label = _ACCESS.get(status, _ACCESS["restricted"])
    return _RIGHTS + code, label


def spdx(identifier: str) -> str:
    """A licence as SPDX writes it (CC-BY-4.0); empty for one that is not on SPDX's list."""
    return _spdx().get(identifier.lower(), ("", False))[0]


def spdx_address(identifier: str) -> str:
    return f"https://spdx.org/licenses/{identifier}"


def is_in_cff(identifier: str) -> bool:
    """Whether the Citation File Format 1.2.0, which has a closed list, knows a licence."""
    return _spdx().get(identifier.lower(), ("", False))[1]


@lru_cache(maxsize=1)
def _spdx() -> dict[str, tuple[str, bool]]:
    """Licences by lower-case identifier; those that CFF 1.2.0 knows are begin with `+:`."""
    lines = (files("muniment_exports") / "spdx.txt").read_text(encoding="utf-8").split()
    return {_bare(line).lower(): (_bare(line), line.startswith("+:")) for line in lines}


def _bare(line: str) -> str:
    return line.removeprefix("+:")
