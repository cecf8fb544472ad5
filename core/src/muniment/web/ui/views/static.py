"""Style sheets, scripts, fonts and pictures: the instance's before the core's. Also `robots.txt`."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, request, send_from_directory
from werkzeug.exceptions import NotFound

from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state
from muniment.web.ui.environment import pages

blueprint = Blueprint("static", __name__)

#: What carries a version or a fingerprint in its address never changes.
FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=3600"

_ASSET_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@blueprint.get("/assets/<name>")
@access("public")
@session("none")
def asset(name: str) -> Response:
    """A built bundle; its name holds the fingerprint of its contents."""
    content_type = _ASSET_TYPES.get(name.rpartition(".")[2])
    if name.startswith(".") or content_type is None:
        raise NotFound()
    packed = bool(request.accept_encodings["gzip"])
    try:
        content = (pages().assets.folder / (f"{name}.gz" if packed else name)).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None
    response = Response(content, content_type=content_type)
    response.headers["Cache-Control"] = FOR_EVER
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@blueprint.get("/static/<path:path>")
@access("public")
@session("none")
def file(path: str) -> Response:
    """A static file of the instance, of a plugin below its name, or of the core."""
    response = _send(path)
    if path.endswith(".svg") and response.status_code == 200:
        response = _drawing(response)
    versioned = "v" in request.args or path.startswith("vendor/")
    response.headers["Cache-Control"] = FOR_EVER if versioned else A_WHILE
    return response


def _drawing(response: Response) -> Response:
    """A drawing as text, which may be packed on the way; its tag would be that of the unpacked file."""
    response.direct_passthrough = False
    response.set_data(response.get_data())
    del response.headers["ETag"]
    return response


def _send(path: str) -> Response:
    file = pages().static_file(path)
    if file is None:
        raise NotFound()
    return send_from_directory(file.parent, file.name)


@blueprint.get("/favicon.ico")
@access("public")
@session("none")
def favicon() -> Response:
    """Where browsers look that read no page, such as those that show a file."""
    return redirect("/static/favicon.svg", 302)  # type: ignore[return-value]


_NO_PAGES_FOR_ROBOTS = ("/api/", "/search?", "/account/", "/login", "/signup", "/me", "/uploads/", "/_")


@blueprint.get("/robots.txt")
@access("public")
@session("none")
def robots() -> Response:
    """Records may be indexed; searches, forms and the API are no pages for search engines."""
    site = state().repository.config.site.url
    lines = [
        "User-agent: *",
        *(
            f"Disallow: {path}"
            for path in ("/api/", "/search?", "/account/", "/login", "/signup", "/me", "/uploads/", "/_")
        ),
        "Disallow: /*?preview=1",
        "Allow: /",
        "",
        # A plugin makes it.
        *([f"Sitemap: {site}/sitemap.xml"] if _has_sitemap() else []),
        f"# {site}/",
        "",
    ]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


def _has_sitemap() -> bool:
    return any(rule.rule == "/sitemap.xml" for rule in current_app.url_map.iter_rules())


BLUEPRINTS = [BlueprintSpec(blueprint, "root")]
