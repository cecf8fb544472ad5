"""The descriptive metadata as the form shows it. Texts are what depositors read: what to enter, with an example."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

from muniment.identifiers import IdentifierSchemes, Use
from muniment.web.ui.deposit.shape import (
    ChipsNode,
    ChoiceNode,
    GeometryNode,
    KeptNode,
    LicenceNode,
    ListNode,
    LocalizedNode,
    Node,
    ObjectNode,
    TermNode,
    TextNode,
    WordsNode,
)

EDTF_HINT: Final = _("A year, month or day (2026, 2026-05, 2026-05-14), or a period with a slash (2025-10/2026-05).")


def identifier_node(schemes: IdentifierSchemes, *uses: Use, example: str = "", label: object = None) -> ObjectNode:
    """An identifier with its scheme, which is recognised unless it is named."""
    options = tuple((name, scheme.title) for name, scheme in schemes.for_use(*uses).items())
    return ObjectNode(
        fields={
            "identifier": TextNode(label=label or _("Identifier"), example=example, width="wide"),
            "scheme": ChoiceNode(label=_("Kind"), options=options, empty=_("Recognise it"), counts=False),
        },
        layout="row",
    )


def agent_node(schemes: IdentifierSchemes, role: Node) -> ObjectNode:
    """A person or organisation; the names stand as they are typed, the identifiers each in a row."""
    return ObjectNode(
        layout="agent",
        first="person_or_org.family_name",
        fields={
            "person_or_org": ObjectNode(
                fields={
                    "type": ChoiceNode(
                        label=_("Person or organisation"),
                        options=(("personal", _("Person")), ("organizational", _("Organisation"))),
                        counts=False,
                    ),
                    "family_name": TextNode(label=_("Family name"), autocomplete="off"),
                    "given_name": TextNode(label=_("Given names"), autocomplete="off"),
                    "name": TextNode(label=_("Name"), autocomplete="off"),
                    "identifiers": ListNode(
                        label=_("Identifiers"),
                        item=identifier_node(schemes, "person", "organization"),
                        one=_("Identifier"),
                        add=_("Add another identifier"),
                    ),
                }
            ),
            "affiliations": ChipsNode(
                label=_("Affiliations"),
                vocabulary="affiliations",
                word="name",
                free=True,
                hint=_("Type a name and press Enter; several are possible."),
            ),
            "role": role,
        },
    )


def creators_node(schemes: IdentifierSchemes) -> ListNode:
    role = TermNode(label=_("Role"), vocabulary="creatorsroles")
    return ListNode(
        label=_("Creators"),
        hint=_("The people and organisations who made this, in the order in which they are cited."),
        item=agent_node(schemes, role),
        one=_("Creator"),
        add=_("Add a creator"),
        paste="names",
        required=True,
        starts=True,
    )


def contributors_node(schemes: IdentifierSchemes) -> ListNode:
    role = TermNode(label=_("Role"), vocabulary="contributorsroles", required=True)
    return ListNode(
        label=_("Contributors"),
        hint=_("Others who had a part in it: data collectors, editors, supervisors, …"),
        item=agent_node(schemes, role),
        one=_("Contributor"),
        add=_("Add a contributor"),
        paste="names",
    )


def _titles() -> ListNode:
    return ListNode(
        label=_("Additional titles"),
        one=_("Title"),
        add=_("Add a title"),
        item=ObjectNode(
            layout="row",
            fields={
                "title": TextNode(label=_("Title"), width="wide", required=True),
                "type": TermNode(label=_("Kind"), vocabulary="titletypes", required=True),
                "lang": TermNode(label=_("Language"), vocabulary="languages", long=True),
            },
        ),
    )


def _descriptions() -> ListNode:
    return ListNode(
        label=_("Additional descriptions"),
        one=_("Description"),
        add=_("Add a description"),
        item=ObjectNode(
            layout="row",
            fields={
                "type": TermNode(label=_("Kind"), vocabulary="descriptiontypes", required=True),
                "lang": TermNode(label=_("Language"), vocabulary="languages", long=True),
                "description": TextNode(label=_("Description"), html=True, width="full", required=True),
            },
        ),
    )


def _dates() -> ListNode:
    return ListNode(
        label=_("Dates"),
        hint=_("When it was collected, what time it covers, since when it is valid, …"),
        one=_("Date"),
        add=_("Add a date"),
        item=ObjectNode(
            layout="row",
            fields={
                "date": TextNode(label=_("Date or period"), example="2025-10/2026-05", required=True),
                "type": TermNode(label=_("Kind"), vocabulary="datetypes", required=True),
                "description": TextNode(label=_("Note"), width="wide"),
            },
        ),
    )


def _related(schemes: IdentifierSchemes) -> ListNode:
    identifier = identifier_node(schemes, "related", example="10.1234/example")
    return ListNode(
        label=_("Related works"),
        hint=_("Articles, data or software that this belongs to, by their DOI, web address or another identifier."),
        one=_("Related work"),
        add=_("Add a related work"),
        item=ObjectNode(
            layout="row",
            fields={
                "relation_type": TermNode(label=_("This upload …"), vocabulary="relationtypes", required=True),
                "identifier": TextNode(
                    label=_("Identifier of the other work"), example="10.1234/example", width="wide", required=True
                ),
                "scheme": identifier.fields["scheme"],
                "resource_type": TermNode(label=_("Type of the other work"), vocabulary="resourcetypes"),
            },
        ),
    )


def _references(schemes: IdentifierSchemes) -> ListNode:
    scheme = identifier_node(schemes, "related").fields["scheme"]
    return ListNode(
        label=_("References"),
        hint=_("What this cites."),
        one=_("Reference"),
        add=_("Add a reference"),
        paste="lines",
        paste_label=_("Paste a list of references, one a line"),
        item=ObjectNode(
            layout="row",
            fields={
                "reference": TextNode(label=_("Reference"), width="full", required=True),
                "identifier": TextNode(label=_("Identifier"), example="10.1234/example"),
                "scheme": scheme,
            },
        ),
    )


def _funding(schemes: IdentifierSchemes) -> ListNode:
    award = ObjectNode(
        layout="row",
        identity=("title", "number"),
        fields={
            "id": KeptNode(),
            "number": TextNode(label=_("Grant number")),
            "title": LocalizedNode(label=_("Title of the grant"), width="wide"),
            "acronym": TextNode(label=_("Acronym")),
            "program": TextNode(label=_("Programme")),
            "identifiers": ListNode(
                label=_("Addresses of the grant"),
                one=_("Address"),
                add=_("Add an address of the grant"),
                item=identifier_node(schemes, "award", example="https://example.org/grant"),
            ),
        },
    )
    return ListNode(
        label=_("Funding"),
        hint=_("Who paid for the work, and with which grant."),
        one=_("Grant"),
        add=_("Add a funder"),
        item=ObjectNode(
            fields={
                "funder": WordsNode(label=_("Funder"), vocabulary="funders", word="name", required=True),
                "award": award,
            }
        ),
    )


def _locations(schemes: IdentifierSchemes) -> ObjectNode:
    place = ObjectNode(
        layout="row",
        fields={
            "place": TextNode(label=_("Name of the place"), width="wide"),
            "geometry": GeometryNode(label=_("Position")),
            "description": TextNode(label=_("Note"), width="full"),
            "identifiers": ListNode(
                label=_("Identifiers of the place"),
                one=_("Identifier"),
                add=_("Add an identifier of the place"),
                item=identifier_node(schemes, "location", example="Q64"),
            ),
        },
    )
    features = ListNode(label=_("Places"), one=_("Place"), add=_("Add a place"), item=place)
    return ObjectNode(fields={"features": features})


def _texts(label: object, one: object, add: object, example: str) -> ListNode:
    return ListNode(label=label, one=one, add=add, item=TextNode(label=one, example=example))


def metadata_shape(schemes: IdentifierSchemes) -> ObjectNode:
    """All of the metadata schema, in the order of the form."""
    return ObjectNode(
        fields={
            "resource_type": TermNode(label=_("Type"), vocabulary="resourcetypes", required=True),
            "title": TextNode(label=_("Title"), required=True),
            "creators": creators_node(schemes),
            "publication_date": TextNode(
                label=_("Publication date"), hint=EDTF_HINT, example="2026-05-14", required=True, width="short"
            ),
            "description": TextNode(label=_("Description"), html=True, lines=True, rows=8),
            "rights": ListNode(
                label=_("Licence"),
                hint=_("What others may do with it."),
                one=_("Licence"),
                add=_("Add another licence"),
                item=LicenceNode(label=_("Licence")),
                starts=True,
            ),
            "copyright": TextNode(label=_("Copyright"), html=True, example="© 2026 The authors"),
            "contributors": contributors_node(schemes),
            "subjects": ChipsNode(
                label=_("Keywords and subjects"),
                vocabulary="subjects",
                word="subject",
                free=True,
                hint=_("Press Enter after each one, or paste a list with semicolons or line breaks between them."),
            ),
            "languages": ChipsNode(label=_("Languages"), vocabulary="languages"),
            "version": TextNode(label=_("Version"), example="1.0.0", width="short"),
            "publisher": TextNode(label=_("Publisher")),
            "dates": _dates(),
            "additional_titles": _titles(),
            "additional_descriptions": _descriptions(),
            "funding": _funding(schemes),
            "identifiers": ListNode(
                label=_("Alternate identifiers"),
                hint=_("Other names of this very work: the number of a report, an ISBN, an address elsewhere."),
                one=_("Identifier"),
                add=_("Add an identifier"),
                item=identifier_node(schemes, "record", example="978-3-16-148410-0"),
            ),
            "related_identifiers": _related(schemes),
            "references": _references(schemes),
            "locations": _locations(schemes),
            "sizes": _texts(_("Extent"), _("Extent"), _("Add an extent"), "24 pages"),
            "formats": _texts(_("Formats"), _("Format"), _("Add a format"), "text/csv"),
        }
    )
