"""What CVEs of this field and RFC 9700 warn of: a provider that lies, and people who write their own answers.

Nobody is signed in, nobody learns why, and the audit trail has an entry.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from muniment.api import SYSTEM, OutgoingLimits

pytestmark = pytest.mark.plugins("oidc")
Refusals = Callable[[], list[tuple[str, str]]]


@pytest.fixture
def issuer(liar: Any) -> str:
    return liar.issuer


@pytest.fixture
def linked(repository: Any, liar: Any, ada: Any) -> Any:
    """Ada signs in with the identity that the liar vouches for."""
    repository.users.link_identity(ada.subject, liar.issuer, "ada", SYSTEM)
    return ada


def test_the_liar_is_believed_while_it_does_not_lie(
    liar: Any, visitor: Any, linked: Any, panel_of: Any, administrator: Any
) -> None:
    assert liar.brings_back(visitor, liar.sends(visitor)).status_code == 303
    assert visitor.signed_in
    operators = panel_of(administrator)
    assert "none lately" not in operators.get("/control/oidc")
    assert "1 key" in operators.post("/control/oidc/check", 200)
    liar.status = 500
    assert "Does not answer as it should" in operators.post("/control/oidc/check", 200)


def signed_by_hand(algorithm: str, claims: dict[str, Any], secret: bytes = b"") -> str:
    """A token as no library makes it: without a signature, or with one by a key that is public."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    header = {"alg": algorithm, "kid": "first"}
    text = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), hashlib.sha256)) if secret else ''}"


LIES: dict[str, dict[str, Any]] = {
    "another_nonce": {"nonce": "of another sign-in"},
    "no_nonce": {"nonce": None},
    "a_nonce_that_is_no_text": {"nonce": 1},
    "another_audience": {"aud": "another-site"},
    "no_audience": {"aud": None},
    "several_audiences_and_nobody_named": {"aud": ["muniment", "another-site"]},
    "made_out_to_another_site": {"aud": ["muniment", "another-site"], "azp": "another-site"},
    "another_issuer": {"iss": "https://other.example.org"},
    "expired": {"exp": int(time.time()) - 3600},
    "no_end": {"exp": None},
    "from_the_future": {"iat": int(time.time()) + 3600},
    "not_yet_valid": {"nbf": int(time.time()) + 3600},
    "times_that_are_none": {"exp": "tomorrow"},
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_an_id_token_that_proves_something_else_signs_nobody_in(
    lie: str, liar: Any, visitor: Any, linked: Any, refusals: Refusals
) -> None:
    liar.claims = LIES[lie]
    answer = liar.brings_back(visitor, liar.sends(visitor))
    assert answer.status_code == 400
    assert "does not prove who you are" in answer.text
    assert not visitor.signed_in
    assert refusals()[0][0] == "not_proved"


def test_clocks_may_differ_by_a_little(liar: Any, visitor: Any, linked: Any) -> None:
    liar.claims = {"iat": int(time.time()) + 60, "exp": int(time.time()) - 60}
    assert liar.brings_back(visitor, liar.sends(visitor)).status_code == 303


def forged(liar: Any, how: str) -> Callable[[dict[str, Any]], str]:
    public = liar.key.as_pem(private=False)
    makers: dict[str, Callable[[dict[str, Any]], str]] = {
        "alg_none_cve_2015_9235": lambda claims: signed_by_hand("none", claims),
        "alg_none_in_other_letters": lambda claims: signed_by_hand("nOnE", claims),
        "key_confusion_cve_2016_10555": lambda claims: signed_by_hand("HS256", claims, public),
        "the_client_secret_as_key": lambda claims: signed_by_hand("HS256", claims, b"secret of the site"),
        "another_key_of_the_same_name": lambda claims: liar.signed(claims, RSAKey.generate_key(2048, {"kid": "first"})),
        "a_key_that_the_token_brings_cve_2018_0114": lambda claims: jwt.encode(
            {"alg": "RS256", "jwk": (key := RSAKey.generate_key(2048)).as_dict(private=False)}, claims, key
        ),
        "no_token": lambda _claims: "",
        "nonsense": lambda _claims: "a.b.c",
    }
    return makers[how]


@pytest.mark.parametrize(
    "how",
    [
        "alg_none_cve_2015_9235",
        "alg_none_in_other_letters",
        "key_confusion_cve_2016_10555",
        "the_client_secret_as_key",
        "another_key_of_the_same_name",
        "a_key_that_the_token_brings_cve_2018_0114",
        "no_token",
        "nonsense",
    ],
)
def test_an_id_token_that_the_provider_did_not_sign_signs_nobody_in(
    how: str, liar: Any, visitor: Any, linked: Any, refusals: Refusals
) -> None:
    """CVE-2015-9235, CVE-2016-10555, CVE-2018-0114 and their kind."""
    liar.token = forged(liar, how)
    assert liar.brings_back(visitor, liar.sends(visitor)).status_code == 400
    assert not visitor.signed_in
    assert refusals()[0][0] == "not_proved"


def test_keys_that_change_are_fetched_anew(
    liar: Any, visitor: Any, linked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar.brings_back(visitor, liar.sends(visitor))
    visitor.post("/logout")
    liar.key = RSAKey.generate_key(2048, {"kid": "second", "use": "sig"})
    started = time.monotonic()
    monkeypatch.setattr("muniment_oidc.directory.time.monotonic", lambda: started + 11)
    assert liar.brings_back(visitor, liar.sends(visitor)).status_code == 303
    assert visitor.signed_in
    assert liar.paths.count("/keys") == 2


def test_what_is_told_about_somebody_else_is_not_believed(liar: Any, visitor: Any, linked: Any) -> None:
    liar.tells = {"sub": "eve", "email": "eve@example.org"}
    assert liar.brings_back(visitor, liar.sends(visitor)).status_code == 400
    assert not visitor.signed_in


def test_an_answer_is_taken_once(liar: Any, visitor: Any, linked: Any, refusals: Refusals) -> None:
    """A code that is replayed, in the same browser or another, is not even sent to the provider."""
    state = liar.sends(visitor)
    liar.brings_back(visitor, state)
    visitor.post("/logout")
    assert liar.brings_back(visitor, state).status_code == 400
    assert not visitor.signed_in
    assert liar.codes == ["code"]
    assert refusals()[0][0] == "expired"


def test_the_state_of_another_browser_signs_nobody_in_cve_2023_27490(
    liar: Any, new_visitor: Callable[[], Any], linked: Any, refusals: Refusals
) -> None:
    """Login CSRF: Eve starts, and has Ada's browser finish."""
    eve, victim = new_visitor(), new_visitor()
    state = liar.sends(eve)
    liar.sends(victim)
    assert liar.brings_back(victim, state).status_code == 400
    assert not victim.signed_in
    assert liar.codes == []
    assert refusals()[0] == ("expired", "the state is not one that this browser was given")


@pytest.mark.parametrize("state", ["", "guessed", "%00", "%ED%A0%80"])
def test_a_state_that_nobody_was_given_signs_nobody_in(state: str, liar: Any, visitor: Any) -> None:
    liar.sends(visitor)
    assert liar.brings_back(visitor, state).status_code == 400
    assert visitor.get("/oidc/uni/callback").status_code == 400


def test_a_sign_in_that_took_too_long_is_over(
    liar: Any, visitor: Any, linked: Any, repository: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = liar.sends(visitor)
    later = repository.database.now() + timedelta(minutes=16)
    monkeypatch.setattr(repository.database, "now", lambda: later)
    assert liar.brings_back(visitor, state).status_code == 400
    assert liar.codes == []


def test_mixed_issuers_rfc_9207(liar: Any, visitor: Any, linked: Any) -> None:
    """An answer that names another issuer is another one's, and its code is not for this provider's ears."""
    assert liar.brings_back(visitor, liar.sends(visitor), iss="https://other.example.org").status_code == 400
    assert liar.codes == []
    assert liar.brings_back(visitor, liar.sends(visitor), iss=liar.issuer).status_code == 303


def test_a_provider_that_names_itself_always_does_rfc_9207(liar: Any, visitor: Any, linked: Any) -> None:
    liar.describes = {"authorization_response_iss_parameter_supported": True}
    assert liar.brings_back(visitor, liar.sends(visitor)).status_code == 400
    assert liar.codes == []


def test_a_description_of_another_issuer_is_not_believed(liar: Any, visitor: Any, refusals: Refusals) -> None:
    liar.describes = {"issuer": "https://other.example.org"}
    answer = visitor.get("/oidc/uni/sign-in")
    assert answer.status_code == 502
    assert "cannot be right" in answer.text
    assert refusals()[0] == ("misbehaves", "it says that it is another issuer")


@pytest.mark.parametrize(
    "address",
    ["http://id.example.org/a", "javascript:alert(1)", "//elsewhere.example", "https://user@id.example.org/", 7, None],
)
def test_browsers_are_sent_to_addresses_with_tls_only(address: object, liar: Any, visitor: Any) -> None:
    liar.describes = {"authorization_endpoint": address}
    answer = visitor.get("/oidc/uni/sign-in")
    assert answer.status_code == 502
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "next_path",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example",
        "/%09/elsewhere.example",
        "javascript:alert(1)",
        "/..//elsewhere.example",
    ],
)
def test_a_forged_next_leads_nowhere_else_cve_2021_32618_cve_2023_49438(
    next_path: str, liar: Any, visitor: Any, linked: Any
) -> None:
    """CVE-2023-49438, CVE-2021-32618, CVE-2024-45399."""
    answer = liar.brings_back(visitor, liar.sends(visitor, next_path), next="https://elsewhere.example/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_nothing_that_was_sent_is_repeated(liar: Any, visitor: Any) -> None:
    words = {"error": "call+0900-SCAM", "error_description": "call+0900-SCAM", "error_uri": "https://evil.example"}
    answer = liar.brings_back(visitor, liar.sends(visitor), **words)
    assert answer.status_code == 502
    assert "SCAM" not in answer.text
    assert "evil" not in answer.text


def test_who_says_no_at_the_provider_is_told_so(liar: Any, visitor: Any, refusals: Refusals) -> None:
    answer = liar.brings_back(visitor, liar.sends(visitor), error="access_denied")
    assert answer.status_code == 403
    assert "did not allow University" in answer.text
    assert refusals() == [("denied", "")]


OUTAGES: dict[str, dict[str, Any]] = {
    "an_error": {"status": 500},
    "overloaded": {"status": 503},
    "no_json": {"body": b"<html>"},
    "no_object": {"body": b"[]"},
    "too_much": {"body": b'{"a": "' + b"x" * 1_100_000 + b'"}'},
    "elsewhere": {"location": "http://169.254.169.254/latest/meta-data"},
}


@pytest.mark.parametrize("outage", sorted(OUTAGES))
def test_a_provider_that_does_not_answer_as_it_should_is_named(
    outage: str, liar: Any, visitor: Any, refusals: Refusals
) -> None:
    for name, value in OUTAGES[outage].items():
        setattr(liar, name, value)
    answer = visitor.get("/oidc/uni/sign-in")
    assert answer.status_code in (502, 503)
    assert "University" in answer.text
    assert len(refusals()) == 1


def test_a_provider_that_fails_on_the_way_back_signs_nobody_in(liar: Any, visitor: Any, linked: Any) -> None:
    state = liar.sends(visitor)
    liar.status = 500
    assert liar.brings_back(visitor, state).status_code == 503
    assert not visitor.signed_in


def test_a_slow_provider_is_not_waited_for(
    liar: Any, visitor: Any, monkeypatch: pytest.MonkeyPatch, refusals: Refusals
) -> None:
    monkeypatch.setattr("muniment_oidc.outgoing.LIMITS", OutgoingLimits(connecting=0.2, waiting=0.2))
    liar.delay = 1.0
    answer = visitor.get("/oidc/uni/sign-in")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
    assert refusals()[0][0] == "unreachable"


def test_mass_assignment_at_sign_up_changes_nothing_cve_2022_43685(
    liar: Any, visitor: Any, repository: Any, ada: Any, options: dict[str, Any]
) -> None:
    liar.claims = {"sub": "new"}
    liar.tells = {"sub": "new", "name": "New", "email": "new@example.org", "roles": ["administrator"]}
    liar.brings_back(visitor, liar.sends(visitor))
    sent = visitor.post(
        "/oidc/welcome",
        email="new@example.org",
        full_name="New",
        affiliations="",
        id=str(ada.subject),
        subject="ada",
        issuer="https://other.example.org",
        roles="administrator",
        email_proved="true",
    )
    assert sent.headers["Location"] == "/oidc/welcome/sent"
    assert repository.users.find("new@example.org") is None
    assert repository.users.identities_of(ada.subject) == []


def test_coming_back_links_nothing_by_itself_cve_2015_9284(
    liar: Any, visitor: Any, repository: Any, grace: Any
) -> None:
    """Somebody who is signed in is lured to the provider and back: only a form of this site links an identity."""
    visitor.enter(grace)
    answer = liar.brings_back(visitor, liar.sends(visitor))
    assert answer.status_code in (200, 303)
    assert repository.users.identities_of(grace.subject) == []


def test_a_provider_that_lets_nobody_sign_in_again_proves_nothing_new(
    liar: Any, visitor: Any, linked: Any, refusals: Refusals
) -> None:
    """It says so itself: somebody at a browser that was left open was just sent back."""
    visitor.enter(linked)
    for ago, status in ((3600, 400), (0, 303)):
        liar.claims = {"auth_time": int(time.time()) - ago}
        address = visitor.get("/oidc/uni/sign-in?again=1&next=/help").headers["Location"]
        asked = parse_qs(urlsplit(address).query)
        assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
        liar.nonce = asked["nonce"][0]
        assert liar.brings_back(visitor, asked["state"][0]).status_code == status
    assert refusals()[0] == ("not_proved", "it did not let them sign in again")


def test_one_network_sends_so_many_browsers_away_and_no_more(liar: Any, client: Any, repository: Any) -> None:
    from muniment_oidc.journeys import BEGINNING

    moment = repository.now()
    repository.database.now = lambda: moment
    for _sign_in in range(BEGINNING[0].count):
        assert client.get("/oidc/uni/sign-in").status_code == 302
    refused = client.get("/oidc/uni/sign-in")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 60
