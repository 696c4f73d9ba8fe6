"""Commands that tell what became different: watch, digest."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from enum import Enum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from diplocal.cli import options
from diplocal.cli.finding import moment_said
from diplocal.cli.question import Question, tells
from diplocal.cli.run import position_or_moment
from diplocal.cli.terminal import complain, printable, printable_json, say
from diplocal.cli.writing import write_bytes
from diplocal.errors import InvalidValue, NotDelivered, NotReachable
from diplocal.notifying import Digest, MailServer, Notice, Outbox, Stretch, notices, tell
from diplocal.notifying.notices import id_of
from diplocal.store import Readable
from diplocal.store.clock import system_clock
from diplocal.store.contract import Waitable
from diplocal.tabular import engagements
from diplocal.wording import title
from diplocal.wording.changes import lines_of, shown

LONGEST_PAUSE = 60
"""Seconds between two tries, where a receiver does not answer."""

From = Annotated[options.Known | None, options.FROM]
OutboxPath = Annotated[
    Path | None,
    typer.Option("--outbox", metavar="FILE", help="Remember in this file what was told; the next time goes on there."),
]


@tells
def watch(
    ask: Question,
    *,
    start: From = None,
    outbox_path: OutboxPath = None,
    webhook: Annotated[
        str | None,
        typer.Option(
            "--webhook", metavar="URL", help="Send each change there; DIPLOCAL_WEBHOOK_SECRET, if set, signs it."
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Tell what is new, and end.")] = False,
    every: Annotated[float, typer.Option("--every", min=0.1, metavar="SECONDS", help="How often to look.")] = 2.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print each change as a line of JSON.")] = False,
) -> None:
    """Tell each change among what the filters choose as it is recorded: from now on, from a moment, or where it ended.

    A correction, a retraction or a merger of what was told is told. With --outbox, nothing is lost when it is killed;
    what may have arrived already is told again under the same id.
    """
    told, sink = _outbox(ask, outbox_path, start), _sink(ask, webhook, as_json=as_json)
    with suppress(KeyboardInterrupt), told as outbox, sink as deliver:
        _follow(lambda: tell(ask.diary, outbox, deliver, **ask.criteria), ask.diary.log, once=once, every=every)


def _follow(look: Callable[[], int], log: Readable, *, once: bool, every: float) -> None:
    pause = every
    while True:
        try:
            position = log.position()
            look()
            if once:
                return
            pause = every
            if isinstance(log, Waitable):
                log.wait(position, pause)
            else:
                time.sleep(pause)
        except (NotDelivered, NotReachable) as failed:
            if once or (isinstance(failed, NotDelivered) and not failed.may_pass):
                raise
            complain(failed)
            pause = min(2 * pause, max(LONGEST_PAUSE, every))
            time.sleep(pause)


@contextmanager
def _sink(ask: Question, webhook: str | None, *, as_json: bool) -> Iterator[Callable[[Notice], None]]:
    """Yield what delivers a notice: to a webhook, or to standard output."""
    if webhook is None:
        yield lambda notice: _print(notice, ask, as_json=as_json)
        return
    from diplocal.notifying.webhook import Webhook  # noqa: PLC0415 - needs the extra 'publishing'

    secret = os.environ.get("DIPLOCAL_WEBHOOK_SECRET")
    with Webhook(webhook, ask.diary.log.log_id, secret=secret, said=ask.said) as hook:
        yield lambda notice: hook.deliver(notice, at=system_clock().int_timestamp)


def _print(notice: Notice, ask: Question, *, as_json: bool) -> None:
    entry = shown(notice.change)
    if as_json:
        row = engagements.change(notice.change, ask.said)
        line = msgspec.json.encode({"id": notice.id, **(row or {})})
        typer.echo(printable_json(line), nl=True)
    elif entry is not None:
        say(ask.said("line", name=title(entry, ask.said), value=ask.said.apart(lines_of(notice.change, ask.said))))
    typer.get_text_stream("stdout").flush()


class Form(Enum):
    """How a digest is written."""

    TEXT = "text"
    HTML = "html"
    EML = "eml"


@tells
def digest(
    ask: Question,
    *,
    start: From = None,
    end: options.To = None,
    outbox_path: OutboxPath = None,
    form: Annotated[Form, typer.Option("--form", help="Plain text, a page, or an e-mail (RFC 5322).")] = Form.TEXT,
    output: options.Output = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="URL", help="Link to the pages of a server of this log.")
    ] = None,
    sender: Annotated[str, typer.Option("--mail-from", metavar="ADDRESS", help="Who sends it.")] = "diplocal@localhost",
    recipients: Annotated[
        list[str], typer.Option("--mail-to", metavar="ADDRESS", help="Who gets it; may be said again.")
    ] = [],  # noqa: B006 - typer reads it, and nobody changes it
    smtp: Annotated[
        str | None,
        typer.Option(
            "--smtp",
            envvar="DIPLOCAL_SMTP",
            metavar="URL",
            help="Send it by this server, smtps://user@mail.example.org; the password is in DIPLOCAL_SMTP_PASSWORD.",
        ),
    ] = None,
) -> None:
    """Tell all that became different between two moments, or since the last digest, in one text, page or e-mail.

    With --mail-to and --smtp it is sent. With --outbox there is no digest when nothing is new.
    """
    if start is None and outbox_path is None:
        raise InvalidValue("from", None, "a moment, as in --from 2023-09-18, or --outbox FILE")
    if output is not None and outbox_path is not None:
        raise InvalidValue("output", str(output), "none with --outbox: a digest would take the place of the last one")
    if recipients and not smtp and form is not Form.EML:
        raise InvalidValue("smtp", smtp, "the server that sends it; or --form eml, to send it by other means")
    server = MailServer.at(smtp, password=os.environ.get("DIPLOCAL_SMTP_PASSWORD")) if smtp and recipients else None

    def tell_of(stretch: Stretch) -> None:
        changes = [one.change for one in notices(ask.diary, stretch.start, stretch.end, **ask.criteria)]
        if not changes and outbox_path is not None:
            return
        made = Digest(_title(ask, start, end, outbox_path), changes, ask.said, site)
        number = id_of(ask.diary, stretch.start, stretch.end, _asked(ask))
        message = made.message(number, sender=sender, recipients=recipients, at=system_clock())
        if server:
            server.send(message)
        else:
            write_bytes(_written(made, message, form), output)

    last = _position(ask, end)
    if outbox_path is None:
        first = _position(ask, start)
        if start is not None and end is not None and last < first:
            raise InvalidValue("to", str(end.at), f"a moment that is not before {start.at}")
        tell_of(Stretch(first, last, 0))
        return
    with _outbox(ask, outbox_path, start) as outbox:
        for stretch in outbox.stretches(last):
            tell_of(stretch)


def _written(made: Digest, message: EmailMessage, form: Form) -> bytes:
    if form is Form.EML:
        return bytes(message)
    return made.html().encode() if form is Form.HTML else printable(made.text()).encode()


def _title(ask: Question, start: options.Known | None, end: options.Known | None, path: Path | None) -> str:
    if start is not None and path is None:
        return ask.said("answer.changes", start=moment_said(start, ask.said), end=moment_said(end, ask.said))
    return ask.said("line", name=ask.said("changes.title"), value=ask.said.day(options.today()))


def _outbox(ask: Question, path: Path | None, start: options.Known | None) -> Outbox:
    return Outbox(path, ask.diary.log, question=_asked(ask), start=_position(ask, start))


def _position(ask: Question, known: options.Known | None) -> int:
    return ask.diary.as_of(known_at=position_or_moment(known, ask.diary)).position


def _asked(ask: Question) -> str:
    """Write down what is asked for: the same words for the same question."""
    asked = {"audience": ask.diary.audience, "lang": ask.said.tag, **ask.criteria}
    return msgspec.json.encode(dict(sorted(asked.items()))).decode()
