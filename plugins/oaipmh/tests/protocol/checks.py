"""What the protocol asks of a server, one function for each thing; they raise `AssertionError`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from .subject import OAI, Subject, numbers_of

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


def moved(moment: str, seconds: int) -> str:
    found = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) + timedelta(seconds=seconds)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


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
    token = s.list("ListRecords").token.text
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
    request = s.list("ListRecords", ("from", "2020-01-01")).request
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
    assert s.ask(("verb", "ListIdentifiers"), ("metadataPrefix", "oai_dc"), method="POST").numbers == s.list().numbers


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
    identifiers = [header.findtext(f"{OAI}identifier") for header in s.list().records]
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
    plain = s.list("ListRecords")
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
    identifier = s.list().records[0].findtext(f"{OAI}identifier")
    reply = s.ask(("verb", "ListMetadataFormats"), ("identifier", identifier))
    assert "oai_dc" in [one.text for one in reply.root.iter(f"{OAI}metadataPrefix")]
    refuses(s, "idDoesNotExist", ("verb", "ListMetadataFormats"), ("identifier", "oai:nowhere.example:1"))


@check
def unknown_formats_cannot_be_had(s: Subject) -> None:
    identifier = s.list().records[0].findtext(f"{OAI}identifier")
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


# Records --------------------------------------------------------------------------------------------------------------


@check
def everything_is_listed_each_once(s: Subject) -> None:
    for verb in ("ListIdentifiers", "ListRecords"):
        found = numbers_of(s.harvest(verb))
        assert len(found) == len(set(found))
        assert set(found) == s.world.live | s.world.deleted


@check
def both_lists_agree(s: Subject) -> None:
    pages = [[(h.findtext(f"{OAI}identifier"), h.findtext(f"{OAI}datestamp"), h.get("status")) for p in s.harvest(verb) for h in p.records] for verb in ("ListIdentifiers", "ListRecords")]  # fmt: skip # noqa: E501
    assert pages[0] == pages[1]


@check
def what_is_gone_is_told_without_metadata(s: Subject) -> None:
    pages = s.harvest("ListRecords")
    assert set().union(*(page.deleted for page in pages)) == s.world.deleted
    for page in pages:
        for record in page.root.iter(f"{OAI}record"):
            gone = record.find(f"{OAI}header").get("status") == "deleted"
            assert (record.find(f"{OAI}metadata") is None) == gone


@check
def a_record_can_be_got(s: Subject) -> None:
    for header in s.list().records:
        identifier = header.findtext(f"{OAI}identifier")
        reply = s.ask(("verb", "GetRecord"), ("identifier", identifier), ("metadataPrefix", "oai_dc"))
        assert reply.numbers == [identifier.rpartition(":")[2]]
        assert reply.records[0].findtext(f"{OAI}datestamp") == header.findtext(f"{OAI}datestamp")


@check
def a_record_that_is_gone_can_be_asked_for(s: Subject) -> None:
    known = {h.findtext(f"{OAI}identifier") for page in s.harvest() for h in page.records if h.get("status")}
    assert known
    for identifier in known:
        reply = s.ask(("verb", "GetRecord"), ("identifier", identifier), ("metadataPrefix", "oai_dc"))
        assert reply.deleted == {identifier.rpartition(":")[2]}
        assert reply.root.find(f".//{OAI}metadata") is None


@check
def unknown_identifiers_do_not_exist(s: Subject) -> None:
    known = s.list().records[0].findtext(f"{OAI}identifier")
    start, _, number = known.rpartition(":")
    wrong = [
        "oai:nowhere.example:0", number, f"{start}:999999999", f"{start}:0{number}", f"{start}:", f"{known}:1", "x",
        f"{start}:-1", f"{start}:{'9' * 40}", known.upper(), f"{start}:1.0",
    ]  # fmt: skip
    for identifier in wrong:
        refuses(s, "idDoesNotExist", ("verb", "GetRecord"), ("identifier", identifier), ("metadataPrefix", "oai_dc"))


@check
def what_is_hidden_does_not_exist(s: Subject) -> None:
    start = s.list().records[0].findtext(f"{OAI}identifier").rpartition(":")[0]
    hidden = f"{start}:{s.world.hidden}"
    refuses(s, "idDoesNotExist", ("verb", "GetRecord"), ("identifier", hidden), ("metadataPrefix", "oai_dc"))
    refuses(s, "idDoesNotExist", ("verb", "ListMetadataFormats"), ("identifier", hidden))
    assert s.world.hidden not in numbers_of(s.harvest())


@check
def identifiers_that_are_no_uris_are_bad(s: Subject) -> None:
    for identifier in ("a b", "<x>", 'a"b', "a\u0000b", "a\nb"):
        refuses(s, "badArgument", ("verb", "GetRecord"), ("identifier", identifier), ("metadataPrefix", "oai_dc"))


@check
def what_looks_like_markup_is_text(s: Subject) -> None:
    texts = " ".join(page.root.xpath("string()") for page in s.harvest("ListRecords"))
    assert "Ice <b>& 𝛑" in texts


# Spans of time --------------------------------------------------------------------------------------------------------


@check
def spans_are_inclusive(s: Subject) -> None:
    every = s.datestamps()
    first, last = every[0], every[-1]
    assert len(numbers_of(s.harvest("ListIdentifiers", ("from", first), ("until", last)))) == len(every)
    expected = sum(1 for stamp in every if stamp == last)
    assert len(numbers_of(s.harvest("ListIdentifiers", ("from", last), ("until", last)))) == expected
    expected = sum(1 for stamp in every if stamp == first)
    assert len(numbers_of(s.harvest("ListIdentifiers", ("from", first), ("until", first)))) == expected


@check
def nothing_is_outside_of_a_span(s: Subject) -> None:
    every = s.datestamps()
    refuses(s, "noRecordsMatch", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", moved(every[-1], 1)))
    refuses(s, "noRecordsMatch", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", moved(every[0], -1)))
    refuses(s, "noRecordsMatch", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "1900-01-01"))
    refuses(s, "noRecordsMatch", ("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2999-01-01"))


@check
def days_count_as_a_whole(s: Subject) -> None:
    every = s.datestamps()
    found = numbers_of(s.harvest("ListIdentifiers", ("from", every[0][:10]), ("until", every[-1][:10])))
    assert len(found) == len(every)


@check
def spans_hold_on_later_pages(s: Subject) -> None:
    every = s.datestamps()
    middle = every[len(every) // 2]
    pages = s.harvest("ListRecords", ("from", middle))
    found = [h.findtext(f"{OAI}datestamp") for page in pages for h in page.records]
    assert sorted(found) == [stamp for stamp in every if stamp >= middle]
    pages = s.harvest("ListRecords", ("until", middle))
    found = [h.findtext(f"{OAI}datestamp") for page in pages for h in page.records]
    assert sorted(found) == [stamp for stamp in every if stamp <= middle]


@check
def spans_and_sets_hold_together(s: Subject) -> None:
    every = s.datestamps()
    middle = every[len(every) // 2]
    pages = s.harvest("ListIdentifiers", ("set", "polar"), ("from", middle))
    for page in pages:
        for header in page.records:
            assert header.findtext(f"{OAI}datestamp") >= middle
    assert set(numbers_of(pages)) <= s.world.sets["polar"]


# Resumption -----------------------------------------------------------------------------------------------------------


@check
def pages_are_full_and_end_with_an_empty_token(s: Subject) -> None:
    pages = s.harvest("ListRecords")
    assert len(pages) > 2
    assert [len(page.numbers) for page in pages[:-1]] == [s.world.page_size] * (len(pages) - 1)
    assert pages[-1].token is not None
    assert not pages[-1].token.text
    assert pages[-1].numbers


@check
def tokens_tell_how_far_it_is(s: Subject) -> None:
    pages = s.harvest("ListIdentifiers")
    total = len(s.world.live | s.world.deleted)
    assert [int(page.token.get("cursor")) for page in pages] == list(range(0, total, s.world.page_size))
    assert {int(page.token.get("completeListSize")) for page in pages} == {total}
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert all(page.token.get("expirationDate") > now for page in pages[:-1])


@check
def a_list_that_fits_has_no_token(s: Subject) -> None:
    assert s.list("ListIdentifiers", ("set", "polar:ice")).token is None


@check
def a_token_can_be_used_again(s: Subject) -> None:
    token = s.list().token.text
    replies = [s.ask(("verb", "ListIdentifiers"), ("resumptionToken", token)) for _ in range(2)]
    assert replies[0].numbers == replies[1].numbers
    assert replies[0].token.text == replies[1].token.text or replies[0].token.get("cursor") == replies[1].token.get(
        "cursor"
    )


@check
def foreign_tokens_are_refused(s: Subject) -> None:
    good = s.list().token.text
    for place in range(0, len(good), 3):
        forged = good[:place] + ("A" if good[place] != "A" else "B") + good[place + 1 :]
        refuses(s, "badResumptionToken", ("verb", "ListIdentifiers"), ("resumptionToken", forged))
    other = good[:-1] + ("A" if good[-1] != "A" else "B")
    for token in (
        "garbage",
        "1",
        "é",
        "../../x",
        "A" * 3000,
        good[:-2],
        good + "AA",
        other,
        good[1:],
        good + "=",
        "\u0001",
    ):
        refuses(s, "badResumptionToken", ("verb", "ListIdentifiers"), ("resumptionToken", token))


@check
def tokens_belong_to_their_verb(s: Subject) -> None:
    refuses(s, "badResumptionToken", ("verb", "ListRecords"), ("resumptionToken", s.list("ListIdentifiers").token.text))
    refuses(s, "badResumptionToken", ("verb", "ListSets"), ("resumptionToken", s.list("ListIdentifiers").token.text))


@check
def lists_are_in_one_order(s: Subject) -> None:
    stamps = [h.findtext(f"{OAI}datestamp") for page in s.harvest() for h in page.records]
    assert stamps == sorted(stamps)
