"""The pages on the way: to the provider, back from it, agreeing to an account, and confirming an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from muniment.api import (
    BlueprintSpec,
    Conflict,
    MunimentError,
    NotFound,
    PermissionDenied,
    Problem,
    SignInRefused,
    ValidationFailed,
    access,
    account_page,
    current_session,
    local_path,
    network_address,
    session,
    signed_in_address,
    start_session,
    the_actor,
    the_repository,
)
from muniment_oidc.browser import browser_secret, remember_browser
from muniment_oidc.journeys import new_secret
from muniment_oidc.models import Arrival, Journey
from muniment_oidc.providers import Provider
from muniment_oidc.refusals import MESSAGES, STATUSES, Refused
from muniment_oidc.service import SignIns

if TYPE_CHECKING:
    from muniment_oidc.plugin import Plugin

_NOBODY = _("Nobody waits here for an account: this took too long, or is finished. Start again at the sign-in page.")


def sign_in_pages(plugin: Plugin) -> BlueprintSpec:
    """Routes for each provider, so that each has a redirect address of its own: answers cannot be mixed up."""
    blueprint = Blueprint("oidc", __name__, url_prefix="/oidc", template_folder="templates")
    for provider in plugin.providers:
        path = f"/{provider.name}"
        blueprint.add_url_rule(f"{path}/sign-in", provider.endpoint, _beginning(plugin, provider))
        blueprint.add_url_rule(f"{path}/callback", f"callback_{provider.endpoint}", _return(plugin, provider))
        blueprint.add_url_rule(f"{path}/refused", f"refused_{provider.endpoint}", _refusal(provider))
    _add_arrival(blueprint, plugin)
    _add_confirmation(blueprint, plugin)
    return BlueprintSpec(blueprint, "ui")


def _beginning(plugin: Plugin, provider: Provider) -> Callable[[], Response]:
    @access("public")
    @session("required")
    def sign_in() -> Response:
        secret = browser_secret() or new_secret()
        try:
            again = request.args.get("again") == "1" and current_session() is not None
            asked = provider.asking(request.args.get("ask", ""), again=again)
            address = plugin.sign_ins.begin(
                asked, secret, local_path(request.args.get("next")), network_address(), again=again
            )
        except Refused as error:
            return _refused(plugin.sign_ins, provider, error)
        return remember_browser(redirect(address), secret)

    return sign_in


def _return(plugin: Plugin, provider: Provider) -> Callable[[], Response]:
    @access("public")
    @session("required")
    def callback() -> Response:
        secret = browser_secret()
        try:
            journey, identified = plugin.sign_ins.finish(provider, secret, request.args.to_dict())
            return _arrived(plugin.sign_ins, provider, secret, identified, journey)
        except (Refused, SignInRefused) as error:
            return _refused(plugin.sign_ins, provider, error)

    return callback


def _arrived(sign_ins: SignIns, provider: Provider, secret: str, identified: Any, journey: Journey) -> Response:
    """Where somebody goes whom the provider vouches for: in, or to the page that asks what they want."""
    opened = current_session()
    if opened is not None:
        if (provider.issuer, identified.subject) in sign_ins.repository.users.identities_of(opened.user.subject_id):
            if provider.granted is not None:
                provider.granted(opened.user.subject_id, identified.subject, identified.tokens)
            if journey.again:
                start_session(opened.user)
            return redirect(signed_in_address(journey.next), 303)
        if sign_ins.repository.users.find_by_identity(provider.issuer, identified.subject) is not None:
            raise Refused("elsewhere", "linked to another account")
    else:
        user = sign_ins.account_of(provider, identified)
        if user is not None:
            start_session(user)
            return remember_browser(redirect(signed_in_address(journey.next), 303), "")
        if not sign_ins.repository.config.site.registration and not sign_ins.repository.users.offers_passwords:
            raise Refused("no_account", "the site takes no registrations")
    sign_ins.keep(provider, secret, identified, journey.next)
    return remember_browser(redirect(url_for("oidc.welcome"), 303), secret)


def _refused(sign_ins: SignIns, provider: Provider, error: Refused | SignInRefused) -> Response:
    """Lead to the page that says why, whose address holds nothing of what was sent."""
    sign_ins.refuse(provider, error, the_actor())
    return redirect(url_for(f"oidc.refused_{provider.endpoint}", why=error.reason), 303)


def _refusal(provider: Provider) -> Callable[[], Response]:
    @access("public")
    @session("required")
    def refused() -> Response:
        why = request.args.get("why", "")
        reason = why if why in MESSAGES else "expired"
        message = MESSAGES[reason] % {"provider": provider.title}
        return account_page("oidc/refused.html", status=STATUSES.get(reason, 400), message=str(message))

    return refused


def _add_arrival(blueprint: Blueprint, plugin: Plugin) -> None:
    @blueprint.get("/welcome")
    @access("public")
    @session("required")
    def welcome() -> Response:
        """What the provider told, for the person to agree to, to change or to leave; or to link to their account."""
        try:
            return _welcome_page(plugin, plugin.sign_ins.journeys.waiting(browser_secret()))
        except (NotFound, Refused):
            return account_page("oidc/refused.html", status=404, message=str(_NOBODY))

    @blueprint.post("/welcome")
    @access("public")
    @session("required")
    def send_welcome() -> Response:
        try:
            arrival = plugin.sign_ins.journeys.waiting(browser_secret())
            provider = plugin.sign_ins.provider_of(arrival)
        except (NotFound, Refused):
            return account_page("oidc/refused.html", status=404, message=str(_NOBODY))
        if request.form.get("do") == "leave":
            plugin.sign_ins.journeys.forget(arrival)
            return remember_browser(redirect("/", 303), "")
        try:
            if current_session() is not None:
                return _link(plugin.sign_ins, arrival)
            return _sign_up(plugin.sign_ins, arrival)
        except (Refused, SignInRefused) as error:
            return _refused(plugin.sign_ins, provider, error)
        except MunimentError as error:
            if error.status >= 500:
                raise
            return _welcome_page(plugin, arrival, error)

    @blueprint.get("/welcome/sent")
    @access("public")
    @session("required")
    def sent() -> Response:
        return account_page("account/signed_up.html", mail_folder=_mail_folder())


def _sign_up(sign_ins: SignIns, arrival: Arrival) -> Response:
    form = {name: request.form.get(name, "").replace("\0", "") for name in ("email", "full_name", "affiliations")}
    locale = str(get_locale()).replace("_", "-")
    known = locale if locale in sign_ins.repository.config.site.languages else ""
    user = sign_ins.sign_up(arrival, form, known, network_address())
    if user is None:
        return remember_browser(redirect(url_for("oidc.sent"), 303), "")
    start_session(user)
    return remember_browser(redirect(signed_in_address(arrival.next), 303), "")


def _link(sign_ins: SignIns, arrival: Arrival) -> Response:
    opened = current_session()
    assert opened is not None
    sign_ins.repository.users.confirm_identity(
        opened.user.subject_id, opened.started, request.form.get("password", ""), network_address()
    )
    sign_ins.link(arrival, the_actor())
    return remember_browser(redirect(url_for("oidc_linked.linked", done="linked"), 303), "")


def _welcome_page(plugin: Plugin, arrival: Arrival, error: MunimentError | None = None) -> Response:
    repository = the_repository()
    provider = plugin.sign_ins.provider_of(arrival)
    opened = current_session()
    if isinstance(error, Conflict | PermissionDenied):
        error = ValidationFailed(errors=[Problem("", error.message)])
    return account_page(
        "oidc/welcome.html",
        error,
        provider=provider,
        subject=arrival.subject,
        address=provider.address_of(arrival.subject),
        told=arrival.profile,
        account=opened.user if opened is not None else None,
        has_password=opened is not None and repository.users.has_password(opened.user.subject_id),
        registration=repository.config.site.registration,
        offers_passwords=repository.users.offers_passwords,
        form_or=lambda name: request.form.get(name, arrival.profile.get(name, "")),
    )


def _add_confirmation(blueprint: Blueprint, plugin: Plugin) -> None:
    @blueprint.get("/confirm")
    @access("public")
    @session("required")
    def confirm() -> Response:
        """Opening a mailed link changes nothing by itself: programs that check mail for viruses open links too."""
        token = request.args.get("token", "")
        try:
            arrival, provider = plugin.sign_ins.confirming(token)
        except (NotFound, Refused):
            return account_page("oidc/refused.html", status=404, message=str(_NOBODY))
        return account_page(
            "oidc/confirm.html", token=token, email=arrival.profile["email"], provider=provider, subject=arrival.subject
        )

    @blueprint.post("/confirm")
    @access("public")
    @session("required")
    def send_confirm() -> Response:
        try:
            plugin.sign_ins.confirm(request.form.get("token", ""))
        except (NotFound, Refused):
            return account_page("oidc/refused.html", status=404, message=str(_NOBODY))
        except SignInRefused as error:
            return redirect(url_for("account.sign_in", done=error.reason), 303)
        except (Conflict, PermissionDenied, ValidationFailed) as error:
            return account_page("oidc/refused.html", status=409, message=gettext(error.message))
        return redirect(url_for("account.sign_in", done="confirmed"), 303)


def _mail_folder() -> str:
    return "" if the_repository().mail.is_configured else "var/mail"
