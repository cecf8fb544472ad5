"""Checks a document of each format against what was published about it."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import bibtexparser
import jsonschema
import vocabulary
import yaml
from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas"
_SITE = "https://example.org/"


def validate(name: str, document: bytes) -> None:
    """Raises for a document that is not valid."""
    VALIDATORS[name](document)


def _schema(file: str) -> Callable[[Any], None]:
    @lru_cache(maxsize=1)
    def validator() -> Any:
        schema = json.loads((SCHEMAS / file).read_text(encoding="utf-8"))
        return jsonschema.validators.validator_for(schema)(schema)

    return lambda document: validator().validate(document)


_csl, _cff, _geojson = _schema("csl-data.json"), _schema("cff-1.2.0.json"), _schema("geojson.json")
_package = _schema("data-package-2-0.json")


@lru_cache(maxsize=4)
def _xsd(file: str) -> etree.XMLSchema:
    """A schema; its parts are those that lie beside it, whatever address it names."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Beside())
    return etree.XMLSchema(etree.parse(SCHEMAS / file, parser))


class _Beside(etree.Resolver):
    def resolve(self, address: str, _public: str, context: Any) -> Any:
        file = SCHEMAS / address.rpartition("/")[2]
        return self.resolve_filename(str(file), context) if file.exists() else None


def _xml(file: str) -> Callable[[bytes], None]:
    return lambda document: _xsd(file).assertValid(etree.fromstring(document))


def _yaml(document: bytes) -> None:
    class Loader(yaml.SafeLoader):
        """Dates stay texts, as the schema wants them."""

    Loader.yaml_implicit_resolvers = {
        letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    _cff(yaml.load(document, Loader))


def _bibtex(document: bytes) -> None:
    text = document.decode()
    parser = (
        bibtexparser.bparser.BibTexParser(ignore_nonstandard_types=False) if hasattr(bibtexparser, "bparser") else None
    )
    entries = (bibtexparser.loads(text, parser) if parser else bibtexparser.parse_string(text)).entries
    assert len(entries) == 1
    depth = 0
    for letter in re.sub(r"\\[&%$#_]", "", text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0
    assert depth == 0


def _schema_org(document: bytes) -> None:
    """What Google Dataset Search demands and recommends, JSON-LD's form, and schema.org's classes and properties."""
    found = json.loads(document)
    vocabulary.json_ld(found)
    vocabulary.schema_org(found)
    assert found["@context"] == "https://schema.org"
    assert found["name"]
    assert 50 <= len(found["description"]) <= 5000
    assert found["creator"]
    assert all(item["name"] for item in found["creator"])
    assert found["identifier"][0].startswith("http")


def _codemeta(document: bytes) -> None:
    """JSON-LD's form, and nothing that CodeMeta's context or schema.org does not know."""
    found = json.loads(document)
    vocabulary.json_ld(found)
    assert found["@context"] == "https://w3id.org/codemeta/3.0"
    vocabulary.codemeta(found)


def _ro_crate(document: bytes) -> None:
    """RO-Crate 1.1: words of its context, flat, every reference leads to an entity or out of the crate, the root has
    what it must have."""
    graph = json.loads(document)["@graph"]
    vocabulary.ro_crate(json.loads(document))
    ids = [node["@id"] for node in graph]
    assert len(ids) == len(set(ids))
    by_id = {node["@id"]: node for node in graph}
    assert by_id["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    root = by_id["./"]
    assert "Dataset" in ([root["@type"]] if isinstance(root["@type"], str) else root["@type"])
    for name in ("name", "description", "datePublished", "license"):
        assert root[name]
    for node in graph:
        assert node["@type"]
        for value in node.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    assert set(item) == {"@id"}, "nodes stand in the graph, not in each other"
                    assert item["@id"] in by_id or item["@id"].startswith("http"), item


def _data_package(document: bytes) -> None:
    """Data Package 2.0: its schema, and what that leaves open: each name once, addresses that lead somewhere."""
    found = json.loads(document)
    _package(found)
    assert found["resources"]
    names = [resource["name"] for resource in found["resources"]]
    assert len(names) == len(set(names))
    for resource in found["resources"]:
        assert re.fullmatch(r"[a-z0-9._-]+", resource["name"])
        assert resource["path"].startswith("http")
    for licence in found.get("licenses", []):
        assert licence.get("name") or licence.get("path")
    assert all(entry.get("title") for entry in found.get("contributors", []))


VALIDATORS: dict[str, Callable[[bytes], None]] = {
    "bibtex": _bibtex,
    "csl": lambda document: _csl([json.loads(document)]),
    "cff": _yaml,
    "dublincore": _xml("oai_dc.xsd"),
    "marcxml": _xml("MARC21slim.xsd"),
    "dcat-ap": lambda document: shacl(document),
    "json-ld": _schema_org,
    "codemeta": _codemeta,
    "ro-crate": _ro_crate,
    "datapackage": _data_package,
    "geojson": lambda document: _geojson(json.loads(document)),
}


@lru_cache(maxsize=4)
def _shapes(files: str) -> Any:
    from rdflib import Graph

    shapes = Graph()
    for file in sorted(SCHEMAS.glob(files)):
        shapes.parse(file, publicID=_SITE)
    return shapes


def shacl(document: bytes) -> None:
    """DCAT-AP's shapes."""
    from pyshacl import validate as check
    from rdflib import Graph

    conforms, _, text = check(
        Graph().parse(data=document, format="xml"), shacl_graph=_shapes("shapes.ttl"), advanced=True
    )
    assert conforms, text


def ro_crate_shapes(document: bytes) -> None:
    """The shapes of what a crate of RO-Crate 1.1 must have; they take seconds."""
    from pyshacl import validate as check
    from rdflib import RDF, Graph, URIRef

    # The context from the file instead of the web.
    text = json.dumps({**json.loads(document), "@context": vocabulary.ro_crate_context()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of rdflib's reader by itself
        crate = Graph().parse(data=text, format="json-ld", publicID=_SITE)
    # What the profile's ontology says by an equivalent class.
    for file in list(crate.subjects(RDF.type, URIRef("http://schema.org/MediaObject"))):
        crate.add((file, RDF.type, URIRef("https://github.com/crs4/rocrate-validator/profiles/ro-crate/File")))
    shapes, classes = _shapes("ro-crate/[0-9p]*.ttl"), _shapes("ro-crate/ontology.ttl")
    conforms, _, report = check(crate, shacl_graph=shapes, ont_graph=classes, advanced=True, inplace=True)
    assert conforms, report
