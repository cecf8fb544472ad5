"""What the protocol asks of records, spans of time and resumption."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from muniment_oaipmh.testing.checks import check, refuses
from muniment_oaipmh.testing.subject import OAI, Subject, numbers_of
from muniment_oaipmh.testing.worlds import ODD_TITLE


def moved(moment: str, seconds: int) -> str:
    found = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) + timedelta(seconds=seconds)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


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
    for header in s.listing().records:
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
    known = s.listing().records[0].findtext(f"{OAI}identifier")
    start, _, number = known.rpartition(":")
    wrong = [
        "oai:nowhere.example:0", number, f"{start}:999999999", f"{start}:0{number}", f"{start}:", f"{known}:1", "x",
        f"{start}:-1", f"{start}:{'9' * 40}", known.upper(), f"{start}:1.0",
    ]  # fmt: skip
    for identifier in wrong:
        refuses(s, "idDoesNotExist", ("verb", "GetRecord"), ("identifier", identifier), ("metadataPrefix", "oai_dc"))


@check
def what_is_hidden_does_not_exist(s: Subject) -> None:
    start = s.listing().records[0].findtext(f"{OAI}identifier").rpartition(":")[0]
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
    assert ODD_TITLE in texts


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
    assert s.listing("ListIdentifiers", ("set", "polar:ice")).token is None


@check
def a_token_can_be_used_again(s: Subject) -> None:
    token = s.listing().token.text
    replies = [s.ask(("verb", "ListIdentifiers"), ("resumptionToken", token)) for _ in range(2)]
    assert replies[0].numbers == replies[1].numbers
    assert replies[0].token.text == replies[1].token.text or replies[0].token.get("cursor") == replies[1].token.get(
        "cursor"
    )


@check
def foreign_tokens_are_refused(s: Subject) -> None:
    good = s.listing().token.text
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
def expired_tokens_are_refused(s: Subject) -> None:
    refuses(s, "badResumptionToken", ("verb", "ListIdentifiers"), ("resumptionToken", s.world.expired))


@check
def tokens_belong_to_their_verb(s: Subject) -> None:
    refuses(
        s, "badResumptionToken", ("verb", "ListRecords"), ("resumptionToken", s.listing("ListIdentifiers").token.text)
    )
    refuses(s, "badResumptionToken", ("verb", "ListSets"), ("resumptionToken", s.listing("ListIdentifiers").token.text))


@check
def lists_are_in_one_order(s: Subject) -> None:
    stamps = [h.findtext(f"{OAI}datestamp") for page in s.harvest() for h in page.records]
    assert stamps == sorted(stamps)
