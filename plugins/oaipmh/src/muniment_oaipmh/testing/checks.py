"""What the protocol asks of a server, one function for each thing; they raise `AssertionError`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from muniment_oaipmh.testing.subject import OAI, Subject, numbers_of

Check = Callable[[Subject], None]
CHECKS: Final[dict[str, Check]] = {}

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
VERBS: Final = ("Identify", "ListMetadataFormats", "ListSets", "GetRecord", "ListIdentifiers", "ListRecords")


def check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


def refuses(subject: Subject, code: str, *pairs: tuple[str, str], method: str = "GET") -> None:
    reply = subject.ask(*pairs, method=method)
    assert reply.error == code, f"{pairs} is answered {reply.error}, not {code}"
    if code in ("badVerb", "badArgument"):
        assert not reply.request.attrib, f"{pairs} is repeated although it is {code}"


# Verbs and arguments --------------------------------------------------------------------------------------------------


@check
def no_verb_is_bad(s: Subject) -> None:
    refuses(s, "badVerb")
    refuses(s, "badVerb", ("verb", ""))
    refuses(s, "badVerb", ("metadataPrefix", "oai_dc"))


@check
def unknown_verbs_are_bad(s: Subject) -> None:
    for verb in ("Nope", "identify", "__class__", "GetMetadata", "ListRecords ", "\u0000", "<b>"):
        refuses(s, "badVerb", ("verb", verb))


@check
def a_repeated_verb_is_bad(s: Subject) -> None:
    refuses(s, "badVerb", ("verb", "Identify"), ("verb", "Identify"))


@check
def unknown_arguments_are_bad(s: Subject) -> None:
    known = {"GetRecord": [("identifier", "oai:x:1"), ("metadataPrefix", "oai_dc")]}
    for verb in VERBS:
        given = known.get(
            verb, [("metadataPrefix", "oai_dc")] if verb.startswith("ListI") or verb == "ListRecords" else []
        )
        refuses(s, "badArgument", ("verb", verb), *given, ("bogus", "1"))


@check
def missing_arguments_are_bad(s: Subject) -> None:
    refuses(s, "badArgument", ("verb", "GetRecord"))
    refuses(s, "badArgument", ("verb", "GetRecord"), ("metadataPrefix", "oai_dc"))
    refuses(s, "badArgument", ("verb", "GetRecord"), ("identifier", "oai:x:1"))
    refuses(s, "badArgument", ("verb", "ListRecords"))
    refuses(s, "badArgument", ("verb", "ListIdentifiers"), ("from", "2020-01-01"))


@check
def repeated_arguments_are_bad(s: Subject) -> None:
    for verb in ("ListRecords", "ListIdentifiers"):
        refuses(s, "badArgument", ("verb", verb), ("metadataPrefix", "oai_dc"), ("metadataPrefix", "oai_dc"))
        refuses(s, "badArgument", ("verb", verb), ("metadataPrefix", "oai_dc"), ("set", "polar"), ("set", "polar"))


@check
def empty_arguments_are_bad(s: Subject) -> None:
    for name in ("from", "until", "set"):
        refuses(s, "badArgument", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), (name, ""))


@check
def arguments_of_other_verbs_are_bad(s: Subject) -> None:
    refuses(s, "badArgument", ("verb", "Identify"), ("metadataPrefix", "oai_dc"))
    refuses(s, "badArgument", ("verb", "ListSets"), ("set", "polar"))
    refuses(s, "badArgument", ("verb", "ListMetadataFormats"), ("metadataPrefix", "oai_dc"))
    refuses(
        s, "badArgument", ("verb", "GetRecord"), ("identifier", "a:b"), ("metadataPrefix", "oai_dc"), ("set", "polar")
    )


@check
def a_token_stands_alone(s: Subject) -> None:
    token = s.listing("ListRecords").token.text
    refuses(s, "badArgument", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("resumptionToken", token))
    refuses(s, "badArgument", ("verb", "ListRecords"), ("resumptionToken", token), ("from", "2020-01-01"))


@check
def malformed_dates_are_bad(s: Subject) -> None:
    wrong = (
        "2020", "2020-1-1", "2020-13-01", "2020-02-30", "2020-01-01T00:00Z", "2020-01-01T00:00:00",
        "2020-01-01T00:00:00.5Z", "2020-01-01T00:00:00+01:00", "2020-01-01T24:00:00Z", "20200101", "May", " 2020-01-01",
        "2020-01-01 ", "2020-01-01T00:00:00z", "٢٠٢٠-٠١-٠١", "-2020-01-01", "0000-00-00", "now",
    )  # fmt: skip
    for value in wrong:
        for name in ("from", "until"):
            refuses(s, "badArgument", ("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc"), (name, value))


@check
def granularities_must_agree(s: Subject) -> None:
    spans = (("2020-01-01", "2030-01-01T00:00:00Z"), ("2020-01-01T00:00:00Z", "2030-01-01"))
    for since, until in spans:
        refuses(
            s, "badArgument", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", since), ("until", until)
        )


@check
def a_span_that_ends_before_it_begins_is_bad(s: Subject) -> None:
    refuses(
        s,
        "badArgument",
        ("verb", "ListRecords"),
        ("metadataPrefix", "oai_dc"),
        ("from", "2021-01-01"),
        ("until", "2020-12-31"),
    )


@check
def malformed_sets_and_prefixes_are_bad(s: Subject) -> None:
    for value in (":a", "a:", "a::b", "a b", "é", "a/b"):
        refuses(s, "badArgument", ("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc"), ("set", value))
    for value in ("a b", "a:b", "é", "<x>", "\u0001"):
        refuses(s, "badArgument", ("verb", "ListIdentifiers"), ("metadataPrefix", value))


@check
def what_is_allowed_is_repeated(s: Subject) -> None:
    request = s.listing("ListRecords", ("from", "2020-01-01")).request
    assert dict(request.attrib) == {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2020-01-01"}
    assert request.text == s.ask(("verb", "Identify")).text("baseURL")


@check
def errors_that_were_understood_repeat_the_request(s: Subject) -> None:
    reply = s.ask(("verb", "ListRecords"), ("metadataPrefix", "nope"))
    assert dict(reply.request.attrib) == {"verb": "ListRecords", "metadataPrefix": "nope"}


@check
def post_is_answered_like_get(s: Subject) -> None:
    for pairs in ([("verb", "Identify")], [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]):
        assert s.ask(*pairs, method="POST").error is None
    refuses(s, "badVerb", method="POST")
    refuses(s, "badArgument", ("verb", "Identify"), ("x", "1"), method="POST")
    assert (
        s.ask(("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc"), method="POST").numbers == s.listing().numbers
    )


@check
def a_post_may_not_say_things_twice(s: Subject) -> None:
    refuses(s, "badVerb", ("verb", "Identify"), method="POST?verb=Identify")


# The repository -------------------------------------------------------------------------------------------------------


@check
def it_says_who_it_is(s: Subject) -> None:
    reply = s.ask(("verb", "Identify"))
    assert reply.text("protocolVersion") == "2.0"
    assert reply.text("repositoryName")
    assert "@" in reply.text("adminEmail")
    assert reply.text("granularity") == "YYYY-MM-DDThh:mm:ssZ"
    assert reply.text("deletedRecord") == "persistent"


@check
def nothing_is_older_than_the_earliest_datestamp(s: Subject) -> None:
    earliest = s.ask(("verb", "Identify")).text("earliestDatestamp")
    assert _MOMENT.fullmatch(earliest)
    assert earliest <= s.datestamps()[0]


@check
def identifiers_are_as_it_describes_them(s: Subject) -> None:
    root = s.ask(("verb", "Identify")).root
    namespace = "{http://www.openarchives.org/OAI/2.0/oai-identifier}"
    repository = next(root.iter(f"{namespace}repositoryIdentifier")).text
    identifiers = [header.findtext(f"{OAI}identifier") for header in s.listing().records]
    assert identifiers
    assert all(one.startswith(f"oai:{repository}:") for one in identifiers)


@check
def answers_say_when_they_were_given(s: Subject) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    given = datetime.strptime(s.ask(("verb", "Identify")).text("responseDate"), "%Y-%m-%dT%H:%M:%SZ").replace(
        tzinfo=UTC
    )
    assert abs((given - before).total_seconds()) < 5


@check
def answers_are_xml_in_utf_8(s: Subject) -> None:
    reply = s.ask(("verb", "Identify"))
    assert reply.headers["Content-Type"].replace(" ", "").lower() == "text/xml;charset=utf-8"
    assert b'encoding="UTF-8"' in reply.body


@check
def long_answers_are_packed_for_those_who_take_it(s: Subject) -> None:
    plain = s.listing("ListRecords")
    packed = s.ask(("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.numbers == plain.numbers
    assert len(packed.body) < len(plain.body) / 2


# Formats and sets -----------------------------------------------------------------------------------------------------


@check
def dublin_core_is_there(s: Subject) -> None:
    formats = [one.text for one in s.ask(("verb", "ListMetadataFormats")).root.iter(f"{OAI}metadataPrefix")]
    assert "oai_dc" in formats
    assert len(formats) == len(set(formats))


@check
def formats_of_a_record_are_listed(s: Subject) -> None:
    identifier = s.listing().records[0].findtext(f"{OAI}identifier")
    reply = s.ask(("verb", "ListMetadataFormats"), ("identifier", identifier))
    assert "oai_dc" in [one.text for one in reply.root.iter(f"{OAI}metadataPrefix")]
    refuses(s, "idDoesNotExist", ("verb", "ListMetadataFormats"), ("identifier", "oai:nowhere.example:1"))


@check
def unknown_formats_cannot_be_had(s: Subject) -> None:
    identifier = s.listing().records[0].findtext(f"{OAI}identifier")
    for verb in ("ListRecords", "ListIdentifiers"):
        refuses(s, "cannotDisseminateFormat", ("verb", verb), ("metadataPrefix", "nope"))
        refuses(s, "cannotDisseminateFormat", ("verb", verb), ("metadataPrefix", "OAI_DC"))
    refuses(s, "cannotDisseminateFormat", ("verb", "GetRecord"), ("identifier", identifier), ("metadataPrefix", "nope"))


@check
def sets_are_listed_each_once(s: Subject) -> None:
    found: list[str] = []
    reply = s.ask(("verb", "ListSets"))
    found += [one.text for one in reply.root.iter(f"{OAI}setSpec")]
    while reply.token is not None and reply.token.text:
        reply = s.ask(("verb", "ListSets"), ("resumptionToken", reply.token.text))
        found += [one.text for one in reply.root.iter(f"{OAI}setSpec")]
    assert len(found) == len(set(found))
    assert set(s.world.sets) <= set(found)


@check
def a_set_above_another_is_listed_too(s: Subject) -> None:
    specs = {one.text for one in s.ask(("verb", "ListSets")).root.iter(f"{OAI}setSpec")}
    assert {spec.rpartition(":")[0] for spec in specs if ":" in spec} <= specs


@check
def a_set_holds_what_is_in_it(s: Subject) -> None:
    for spec, numbers in s.world.sets.items():
        for verb in ("ListIdentifiers", "ListRecords"):
            found = numbers_of(s.harvest(verb, ("set", spec)))
            assert len(found) == len(set(found))
            assert set(found) == numbers, f"{spec}: {sorted(set(found) ^ numbers)}"


@check
def headers_name_their_sets(s: Subject) -> None:
    in_sets: dict[str, set[str]] = {}
    for page in s.harvest():
        for header in page.records:
            for spec in header.findall(f"{OAI}setSpec"):
                in_sets.setdefault(spec.text, set()).add(header.findtext(f"{OAI}identifier").rpartition(":")[2])
    for spec, numbers in in_sets.items():
        assert numbers <= s.world.sets[spec]
    named = set().union(*in_sets.values())
    assert named == set().union(*s.world.sets.values())


@check
def unknown_sets_are_empty(s: Subject) -> None:
    refuses(s, "noRecordsMatch", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "nowhere"))
    refuses(s, "noRecordsMatch", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "pola"))
