"""What clients send to announce files."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.errors import InvalidRequest, PermissionDenied, ValidationFailed
from muniment.files.declarations import Transfer, read_declarations, read_description


def problems(data: object) -> dict[str, list[str]]:
    with pytest.raises(ValidationFailed) as caught:
        read_declarations(data)
    return {item["field"]: item["messages"] for item in caught.value.to_dict()["errors"]}


def test_a_plain_announcement() -> None:
    (found,) = read_declarations([{"key": "a.csv"}])
    assert (found.key, found.size, found.checksum, found.metadata, found.hidden) == ("a.csv", None, None, None, False)
    assert found.transfer == Transfer("L")


def test_everything_that_can_be_said() -> None:
    (found,) = read_declarations(
        [
            {
                "key": "big.bin",
                "size": 25,
                "checksum": "md5:" + "A" * 32,
                "metadata": {"description": "x"},
                "access": {"hidden": True},
                "storage_class": "L",
                "transfer": {"type": "M", "parts": 3, "part_size": 10},
            }
        ]
    )
    assert found.checksum == "md5:" + "a" * 32
    assert found.hidden
    assert found.transfer == Transfer("M", 3, 10)


@pytest.mark.parametrize("data", [None, {}, "x", 5, {"key": "a"}])
def test_it_must_be_a_list(data: object) -> None:
    assert "_schema" in problems(data)


def test_an_empty_list_says_so() -> None:
    assert problems([]) == {"_schema": ["No files to upload."]}


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ("a.csv", "0"),
        ({}, "0.key"),
        ({"key": "../a"}, "0.key"),
        ({"key": "a", "size": -1}, "0.size"),
        ({"key": "a", "size": "many"}, "0.size"),
        ({"key": "a", "size": True}, "0.size"),
        ({"key": "a", "size": 2**63}, "0.size"),
        ({"key": "a", "checksum": "md5:x"}, "0.checksum"),
        ({"key": "a", "metadata": []}, "0.metadata"),
        ({"key": "a", "access": True}, "0.access"),
        ({"key": "a", "access": {"hidden": "yes"}}, "0.access.hidden"),
        ({"key": "a", "access": {"visible": True}}, "0.access.visible"),
        ({"key": "a", "chekcsum": "md5:x"}, "0.chekcsum"),
        ({"key": "a", "transfer": "M"}, "0.transfer"),
        ({"key": "a", "transfer": {"type": "X"}}, "0.transfer.type"),
        ({"key": "a", "transfer": {"type": "L", "url": "x"}}, "0.transfer.url"),
        ({"key": "a", "size": 30, "transfer": {"type": "M", "parts": 2, "part_size": 10}}, "0.transfer.parts"),
        ({"key": "a", "size": 30000, "transfer": {"type": "M", "parts": 30000, "part_size": 1}}, "0.transfer.parts"),
    ],
)
def test_what_is_wrong_is_named_by_index_and_field(item: Any, field: str) -> None:
    assert list(problems([item])) == [field]


def test_a_name_twice_in_one_request() -> None:
    assert list(problems([{"key": "é"}, {"key": "e\u0301"}])) == ["1.key"]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"size": 10, "transfer": {"type": "M", "part_size": 5}}, "Multipart file transfer requires parts."),
        ({"transfer": {"type": "M", "parts": 2, "part_size": 5}}, "Multipart file transfer requires file size."),
        ({"size": 10, "transfer": {"type": "M", "parts": 2}}, "requires part_size."),
    ],
)
def test_multipart_needs_its_numbers(item: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        read_declarations([{"key": "a", **item}])


@pytest.mark.parametrize("kind", ["F", "R"])
def test_transfers_from_elsewhere_are_not_for_users(kind: str) -> None:
    with pytest.raises(PermissionDenied, match="use 'L' or 'M'"):
        read_declarations([{"key": "a", "transfer": {"type": kind, "url": "http://example.org"}}])


def test_descriptions() -> None:
    assert read_description({"metadata": {"a": 1}, "access": {"hidden": True}}) == ({"a": 1}, True)
    assert read_description({}) == (None, False)
    with pytest.raises(ValidationFailed, match="Unknown field"):
        read_description({"key": "b"})
    with pytest.raises(ValidationFailed, match="Invalid input type"):
        read_description([])
