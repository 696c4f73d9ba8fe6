"""The feed server as an ASGI application: thin, from a request to a page or a feed and back."""

import logging
import re
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit
from weakref import ref

import attrs
import pendulum
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ASGIApp

from diplocal import wording
from diplocal.calendars import Feed, JSCalendarFeed, RichFeed
from diplocal.calendars.jscalendar import MEDIA_TYPE as JSCALENDAR
from diplocal.checks import SLUG
from diplocal.engagements import Engagement
from diplocal.errors import DiplocalError, InvalidValue, LogReplaced, NotReady
from diplocal.proofs.proving import checkpoint_at
from diplocal.replaying import Instant
from diplocal.store import EventStore, visible_to
from diplocal.store.clock import Clock, system_clock
from diplocal.store.contract import expect_log
from diplocal.web import pages, records
from diplocal.web.access import AccessList
from diplocal.web.asked import ANYWHERE, SHOWN, Misasked, expect, expect_shown, misasked, number, page_of, said_in, slid
from diplocal.web.composed import PARAMETERS, composed
from diplocal.web.conditional import REVALIDATED, REVALIDATED_PRIVATELY, Content
from diplocal.web.config import Config
from diplocal.web.feed_spec import FeedSpec
from diplocal.web.feeds import FeedContents, Feeds, last_change
from diplocal.web.formats import NEWEST, Atom, as_csv, as_json, as_sheet
from diplocal.web.guard import ASK_AGAIN_AFTER, ROOT, Bounded, Guarded
from diplocal.web.negotiation import TAG, negotiated
from diplocal.web.observed import Observed
from diplocal.web.reply import Reply
from diplocal.web.response_cache import Addresses, AtOnce, Given
from diplocal.web.site import PUBLIC, Site
from diplocal.web.visitor import Visitor

T = TypeVar("T")

_log = logging.getLogger(__name__)

HTML = "text/html; charset=utf-8"
ENDINGS = (".google.ics", ".rich.ics", ".ics", ".jscal.json", ".json", ".sheet.csv", ".csv", ".atom")
MONITORS_AT_ONCE = 4
KEPT_FOR_A_DAY = "public, max-age=86400"


def feed_app(
    store: EventStore,
    config: Config | None = None,
    *,
    access: AccessList | None = None,
    clock: Clock = system_clock,
    reported_by: Instant | None = None,
) -> Starlette:
    """Make the feed server of a log, to run by itself or to mount under any path of another application.

    ``access`` says who may read what is not public; without it nobody may. ``clock`` tells today, from which pages look
    ahead. ``reported_by`` shows only what the public could know by a day or an instant.
    """
    expect_log(store)
    if not isinstance(config, Config | None):
        raise InvalidValue("config", config, "a Config")
    site = Site(store, config or Config(), clock=clock, access=access, reported_by=reported_by)
    addresses = Addresses()
    app = Starlette(
        routes=[
            *_readable(),
            Mount("/private/{token}", app=Router(_readable(), redirect_slashes=False)),
            Route("/private/{token}", _page(partial(_bare, "/private/{token}/"))),
            Route("/health", _watched(_health)),
            Route("/ready", _watched(_ready)),
            Route("/style.css", partial(_asset, name="style.css", media_type="text/css; charset=utf-8")),
            Route("/icon.svg", partial(_asset, name="icon.svg", media_type="image/svg+xml")),
        ],
        middleware=[
            Middleware(Observed),
            Middleware(Bounded),
            Middleware(Guarded),
            Middleware(AtOnce, feeds=lambda: site.feeds(PUBLIC), now=site.now, addresses=addresses),
        ],
        exception_handlers={HTTPException: _failed, NotReady: _not_ready, DiplocalError: _unreadable},
    )
    app.router.redirect_slashes = False  # Starlette leads to the host that the request names
    app.state.site, app.state.addresses = site, addresses
    return app


def _readable() -> list[BaseRoute]:
    return [
        Route("/feeds/{name}", _page(_feed)),
        Route("/feed", _page(_composed)),
        Route("/feed{ending}", _page(_composed)),
        Route("/", _page(_home)),
        Route("/entries/{slug}", _page(_entry)),
        Route("/checkpoint", _page(_checkpoint)),
        Route("/records", _page(_records)),
        *(Route(f"{path}/", _page(partial(_bare, path))) for path in ("/feeds/{name}", "/feed", "/entries/{slug}")),
    ]


class Answer(NamedTuple):
    """What a question about feeds comes to: something to give, or another address."""

    content: Content | None = None
    elsewhere: str | None = None


def _page(answer: Callable[[Request, Visitor], Answer]) -> Callable[[Request], Any]:
    """Make an endpoint of a plain function, which runs in a thread of its own."""

    async def endpoint(request: Request) -> ASGIApp:
        return await run_in_threadpool(_answered, answer, request)

    return endpoint


def _answered(answer: Callable[[Request, Visitor], Answer], request: Request) -> ASGIApp:
    content, elsewhere = _of_the_log_that_is_there(request.app.state.site, lambda: answer(request, _visitor(request)))
    if elsewhere is not None:
        return RedirectResponse(elsewhere, 307)
    if content is None:
        raise HTTPException(404)
    return Reply(content, request.scope)


def _of_the_log_that_is_there(site: Site, answer: Callable[[], T]) -> T:
    """Answer; when another log was put in the place of the one that was open, answer anew from that one alone."""
    log = site.log
    try:
        return answer()
    except Exception as error:
        if not isinstance(error, LogReplaced) and not site.is_lost(log):
            raise
        _log.warning("%s", error)
        site.open_again(log)
        return answer()


def _home(request: Request, visitor: Visitor) -> Answer:
    expect(said_in(request.query_params))
    if visitor.only is not None:
        return Answer(elsewhere=visitor.link(f"/feeds/{visitor.only}"))
    return Answer(_written(visitor, "home", lambda: pages.home(visitor)))


def _bare(path: str, request: Request, visitor: Visitor) -> Answer:
    """Lead to the address that was meant, by one with a slash too many or too few."""
    asked = tuple(one for one in said_in(request.query_params) if one[0] not in ANYWHERE)
    return Answer(elsewhere=visitor.link(path.format(**request.path_params), asked))


def _composed(request: Request, visitor: Visitor) -> Answer:
    ending = request.path_params.get("ending", "")
    if visitor.only is not None or (ending and ending not in ENDINGS):
        return Answer()
    asked = tuple(one for one in said_in(request.query_params) if one[0] not in {*SHOWN, *ANYWHERE})
    try:
        spec = composed(asked, visitor.index)
    except InvalidValue as error:
        raise Misasked(str(error)) from error
    return _feed_or_its_address(request, visitor, spec, ending, is_there=bool(asked) and spec.query == asked)


def _feed(request: Request, visitor: Visitor) -> Answer:
    name, ending = _name_and_ending(request)
    spec = visitor.find(name)
    if spec is None:
        return Answer()
    if filters := [one for one in PARAMETERS if one in request.query_params]:
        raise misasked("parameter", filters[0], "none that chooses: a feed by filters is /feed?with=CN&kind=visit")
    return _feed_or_its_address(request, visitor, spec, ending, is_there=spec.name == name)


def _feed_or_its_address(request: Request, visitor: Visitor, spec: FeedSpec, ending: str, *, is_there: bool) -> Answer:
    """Answer with a feed's page or file, where it was asked for at its own address; else lead there."""
    expect_shown([one for one in said_in(request.query_params) if one[0] not in PARAMETERS], ending)
    if not is_there:
        return Answer(elsewhere=visitor.feed_link(spec, ending, **_query(request)))
    if not ending:
        if "slide" in request.query_params:
            return Answer(elsewhere=visitor.feed_link(spec, known=slid(request.query_params["slide"])))
        page, write = page_of(request.query_params, visitor, spec)
        return Answer(_written(visitor, (spec, page), write))
    content = _file(request, visitor, spec, ending)
    return Answer(_as_download(content, f"{spec.name}{ending}") if "download" in request.query_params else content)


def _name_and_ending(request: Request) -> tuple[str, str]:
    asked: str = request.path_params["name"]
    ending = next((ending for ending in ENDINGS if asked.endswith(ending)), "")
    return asked.removesuffix(ending), ending


def _file(request: Request, visitor: Visitor, spec: FeedSpec, ending: str) -> Content:
    contents, told = visitor.feeds.contents(spec), visitor.told_in(spec.language)
    site = visitor.site if ending == ".atom" else ""
    key = spec, ending, told.words.tag, visitor.on, site, visitor.has_token
    made = visitor.feeds.responses.get(key, contents.since, lambda: _make(told, contents, ending))
    state = request.app.state
    if state.site.is_at_hand and not visitor.has_token and "download" not in request.query_params:
        given = Given(visitor.feeds, contents.position, visitor.on.toordinal(), ref(made))
        state.addresses.remember(request.scope, given)
    # Whether a feed changed is known at the latest from when anything did: that is not for who may see one feed alone.
    return attrs.evolve(made, modified=None) if visitor.only else made.settled(visitor.now)


def _make(visitor: Visitor, contents: FeedContents, ending: str) -> Content:
    spec, said, feeds = contents.spec, visitor.words, visitor.feeds
    heading, engagements = visitor.heading(spec), feeds.engagements(contents)
    match ending:
        case ".json":
            body, media_type = as_json(heading, engagements, said, feeds.left_out), "application/json"
        case ".sheet.csv":
            body, media_type = as_sheet(engagements, feeds.left_out), "text/csv; charset=utf-8"
        case ".csv":
            body, media_type = as_csv(engagements, said, feeds.left_out), "text/csv; charset=utf-8"
        case ".atom":
            atom = Atom(feeds.log.log_id, visitor.feed_address(spec, ending), visitor.site)
            body = atom.written(heading, feeds.last_changes(contents, NEWEST), said, feeds.left_out)
            media_type = "application/atom+xml; charset=utf-8"
        case ".jscal.json":
            group = feeds.rendered(JSCalendarFeed, engagements, heading, spec.policy, said)
            changed = last_change(contents, group, visitor.on)
            return Content(group.to_json(on=visitor.on), JSCALENDAR, changed, _kept(visitor))
        case _:
            form = RichFeed if ending == ".rich.ics" else Feed
            policy = spec.for_google if ending == ".google.ics" else spec.policy
            calendar = feeds.rendered(form, engagements, heading, policy, said)
            return _calendar(calendar.to_ical(on=visitor.on), visitor, last_change(contents, calendar, visitor.on))
    return Content(body, media_type, contents.changed_at, _kept(visitor))


def _entry(request: Request, visitor: Visitor) -> Answer:
    asked: str = request.path_params["slug"]
    slug = asked.removesuffix(".ics")
    engagement = visitor.engagement(slug) if SLUG.fullmatch(slug) else None
    expect(said_in(request.query_params))
    if engagement is None:
        return Answer()
    if engagement.absorbed_into:
        return Answer(elsewhere=visitor.link(f"/entries/{engagement.absorbed_into}{asked[len(slug) :]}"))
    write = _entry_page if slug == asked else _entry_file
    written = visitor.feeds.left_out.each([engagement], lambda one: write(one, visitor))
    return Answer(next((content for _, content in written), None))


def _entry_page(engagement: Engagement, visitor: Visitor) -> Content:
    return _html(pages.entry(visitor, engagement), visitor)


def _entry_file(engagement: Engagement, visitor: Visitor) -> Content | None:
    calendar = pages.calendar_of(engagement, visitor)
    files = (_calendar(calendar.item(one), visitor, None) for one in calendar.entries.values())
    return next((_as_download(file, f"{engagement.slug}.ics") for file in files), None)


def _checkpoint(request: Request, visitor: Visitor) -> Answer:
    """Return what the whole log holds, in three lines, to whom the publisher shows how much there is."""
    log, config = request.app.state.site.log, visitor.config
    if not _is_shown(config.checkpoint_for, visitor):
        return Answer()
    expect(said_in(request.query_params))
    note = checkpoint_at(log, log.position()).note()
    signed = note if config.checkpoint_key is None else note.signed(config.checkpoint_key)
    return Answer(Content(str(signed).encode(), "text/plain; charset=utf-8", None, _kept(visitor)))


def _records(request: Request, visitor: Visitor) -> Answer:
    """Return a page of the records that the visitor may see, to whom the publisher lets take them into other logs."""
    site: Site = request.app.state.site
    if not site.gives_records or not _is_shown(visitor.config.records_for, visitor):
        return Answer()
    asked = request.query_params
    expect(said_in(asked), "after", "most")
    after, most = number(asked, "after", digits=18, least=0) or 0, number(asked, "most") or records.MOST
    body = site.pages.page(visitor.audience, after, min(most, records.MOST))
    return Answer(Content(body, "application/json", None, _kept(visitor)))


def _is_shown(audience: str | None, visitor: Visitor) -> bool:
    """Tell whether a visitor is among those to whom something is shown, and may see more than one feed."""
    return audience in visible_to(visitor.audience) and visitor.only is None


def _watched(tell: Callable[[Feeds], tuple[int, dict[str, object]]]) -> Callable[[Request], Any]:
    """Make an endpoint for a monitor. Its threads are its own: readers who wait do not keep it waiting."""
    limiter = CapacityLimiter(MONITORS_AT_ONCE)

    async def endpoint(request: Request) -> Response:
        site: Site = request.app.state.site
        work = partial(_of_the_log_that_is_there, site, lambda: tell(site.feeds(PUBLIC)))
        status, said = await to_thread.run_sync(work, limiter=limiter)
        return JSONResponse(said, status, headers={"cache-control": "no-store"})

    return endpoint


def _ready(feeds: Feeds) -> tuple[int, dict[str, object]]:
    """Say whether answers can be given at once: the log can be read, and the diary has come up to its end."""
    try:
        feeds.preparation.expect_done(0)
        feeds.follow()
    except NotReady:
        return 503, {"status": "the diary is being made", "read": feeds.progress()}
    return 200, {"status": "ready"}


def _health(feeds: Feeds) -> tuple[int, dict[str, object]]:
    """Say what there is, and what is wrong. That the diary is being made is not: then nothing is known yet."""
    try:
        feeds.preparation.expect_done(0)
        return 200, _health_of(feeds)
    except NotReady:
        return 200, {"status": "ok", "engagements": None, "recorded": None, "set_aside": 0, "left_out": {}}


def _health_of(feeds: Feeds) -> dict[str, object]:
    _, recorded = feeds.follow()
    set_aside, left_out = len(feeds.diary.set_aside), feeds.left_out.reasons()
    complaints = [said for said, found in (("records set aside", set_aside), ("entries left out", left_out)) if found]
    return {
        "status": ", ".join(complaints) or "ok",
        "engagements": len(feeds.diary),
        "recorded": recorded and recorded.to_iso8601_string(),
        "set_aside": set_aside,
        "left_out": left_out,
    }


async def _asset(request: Request, *, name: str, media_type: str) -> ASGIApp:
    body = files("diplocal.web").joinpath("static", name).read_bytes()
    return Reply(Content(body, media_type, cache_control=KEPT_FOR_A_DAY), request.scope)


async def _failed(request: Request, failure: Exception) -> Response:
    reason = failure.detail if isinstance(failure, Misasked) else None
    return _told(request, failure.status_code if isinstance(failure, HTTPException) else 400, reason=reason)


async def _not_ready(request: Request, _: Exception) -> Response:
    """Say that the diary is being made: it will take a while, and nothing is wrong."""
    return _told(request, 503, {"retry-after": str(ASK_AGAIN_AFTER)})


async def _unreadable(request: Request, failure: Exception) -> Response:
    """Say that the log cannot be read now: whoever asks keeps what they have, and asks again."""
    _log.error("The log cannot be read: %s", failure)
    return _told(request, 503, {"retry-after": str(ASK_AGAIN_AFTER)})


def _told(
    request: Request, status: int, more: Mapping[str, str] = MappingProxyType({}), *, reason: str | None = None
) -> Response:
    body = pages.failure(_nobody(request), status, reason)
    headers = {"cache-control": "no-store", "vary": "Accept-Language", **more}
    return Response(b"" if request.method == "HEAD" else body, status, headers, media_type=HTML)


def _visitor(request: Request) -> Visitor:
    site: Site = request.app.state.site
    token = request.path_params.get("token")
    grant = site.holder(token) if token is not None else None
    if token is not None and grant is None:
        raise HTTPException(404)
    asked = request.query_params.get("lang")
    if asked is not None and not TAG.fullmatch(asked):
        raise misasked("lang", asked, "the tag of a language, such as 'fr'")
    audience = grant.audience if grant else PUBLIC
    feeds = site.feeds(audience)
    feeds.expect_ready()
    root = _root(request)
    private = request.scope.get("root_path", "").rstrip("/").removeprefix(request.scope[ROOT])
    return Visitor(
        feeds=feeds,
        audience=audience,
        config=site.config,
        words=wording.language(negotiated(asked, request.headers.get("accept-language", ""))),
        asked_language=negotiated(asked, "") if asked else None,
        site=f"{_origin(request)}{root}{private}",
        prefix=f"{root}{private}",
        assets=root,
        now=site.now(),
        only=grant.feed if grant else None,
        has_token=grant is not None,
    )


def _nobody(request: Request) -> Visitor:
    """Return a visitor who may see nothing but that something is wrong."""
    site: Site = request.app.state.site
    prefix = _root(request)
    accepted, lang = request.headers.get("accept-language", ""), request.query_params.get("lang", "")
    asked = negotiated(lang, "") if TAG.fullmatch(lang) else None
    return Visitor(
        feeds=site.feeds(PUBLIC),
        config=site.config,
        words=wording.language(negotiated(asked, accepted)),
        asked_language=asked,
        site=prefix,
        prefix=prefix,
        assets=prefix,
        now=site.now(),
    )


def _origin(request: Request) -> str:
    """Return the scheme and host under which readers reach this server."""
    base_url: str | None = request.app.state.site.config.base_url
    if base_url is None:
        return f"{request.scope['scheme']}://{request.headers['host']}"
    return "://".join(urlsplit(base_url)[:2])


def _root(request: Request) -> str:
    """Return the path under which readers reach this server: that of ``base_url``, else where it is mounted."""
    base_url: str | None = request.app.state.site.config.base_url
    root: str = urlsplit(base_url or "").path.rstrip("/") or request.scope[ROOT]
    return root.rstrip("/")


def _query(request: Request) -> Mapping[str, str]:
    return {name: value for name, value in request.query_params.items() if name in SHOWN}


def _written(visitor: Visitor, page: Hashable, write: Callable[[], bytes]) -> Content:
    """Return a page that was written before for what is known now, or write it."""
    key = page, visitor.words.tag, visitor.asked_language, visitor.site, visitor.prefix, visitor.on, visitor.only
    return visitor.feeds.responses.get(key, visitor.feeds.follow(), lambda: _html(write(), visitor))


def _html(body: bytes, visitor: Visitor) -> Content:
    return Content(body, HTML, None, _kept(visitor), ("Accept-Language",))


def _calendar(body: bytes, visitor: Visitor, changed: pendulum.DateTime | None) -> Content:
    return Content(body, "text/calendar; charset=utf-8", changed, _kept(visitor))


def _kept(visitor: Visitor) -> str:
    return REVALIDATED_PRIVATELY if visitor.has_token else REVALIDATED


def _as_download(content: Content, name: str) -> Content:
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    return attrs.evolve(content, extra=(("content-disposition", f'attachment; filename="{plain}"'),))
