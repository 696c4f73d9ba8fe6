"""Traces and metrics by OpenTelemetry, where its API is installed; where it is not, nothing happens.

What is told is for who runs the server: no token is in it, and no answer depends on it.
"""

from contextlib import AbstractContextManager, nullcontext
from time import perf_counter
from typing import Any, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from diplocal.web.guard import without_secrets


class Histogram(Protocol):
    """Counts values."""

    def record(self, amount: float, attributes: dict[str, Any] | None = None) -> None:
        """Count one."""


class _Nowhere:
    def record(self, amount: float, attributes: dict[str, Any] | None = None) -> None:
        """Count nothing."""


def _histograms() -> tuple[Histogram, Histogram, Any]:
    try:
        from opentelemetry import metrics, trace  # noqa: PLC0415 - it need not be there
    except ImportError:
        return _Nowhere(), _Nowhere(), None
    meter = metrics.get_meter("diplocal")
    return (
        meter.create_histogram("http.server.request.duration", unit="s", description="Duration of requests."),
        meter.create_histogram("diplocal.follower.lag", unit="s", description="From an append to its understanding."),
        trace.get_tracer("diplocal"),
    )


DURATION, LAG, TRACER = _histograms()


class Observed:
    """Makes a span of each request, and counts how long it took; named as OpenTelemetry's HTTP conventions say."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http" or TRACER is None:
            await self._app(scope, receive, send)
            return
        about: dict[str, Any] = {"http.request.method": scope["method"]}

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                about["http.response.status_code"] = message["status"]
            await send(message)

        begun, path = perf_counter(), without_secrets(scope["path"])
        with _span(f"{scope['method']} {path}") as span:
            try:
                await self._app(scope, receive, seen)
            finally:
                DURATION.record(perf_counter() - begun, about)
                if span is not None:
                    span.set_attributes({**about, "url.path": path})


def _span(name: str) -> AbstractContextManager[Any]:
    span: AbstractContextManager[Any] = TRACER.start_as_current_span(name) if TRACER is not None else nullcontext()
    return span
