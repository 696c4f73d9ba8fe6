"""Who said it, where, when, and how far to trust it."""

import attrs
import pendulum

from diplocal.briefly import shown
from diplocal.checks import Choice, day_or_instant, instance_of, not_blank, optional
from diplocal.errors import InvalidValue


class Attribution(Choice):
    """How a source names whoever it has its knowledge from."""

    NAMED = "named official"
    MINISTRY = "ministry"
    SPOKESPERSON = "spokesperson"
    AIDE = "aide"
    STATE_MEDIA = "state media"
    NEWS_MEDIA = "news media"
    DATASET = "data set"
    ANONYMOUS = "anonymous"
    UNKNOWN = "unknown"


class Reliability(Choice):
    """How reliable the source has been: the first axis of the Admiralty code (NATO STANAG 2511)."""

    COMPLETELY_RELIABLE = "A"
    USUALLY_RELIABLE = "B"
    FAIRLY_RELIABLE = "C"
    NOT_USUALLY_RELIABLE = "D"
    UNRELIABLE = "E"
    CANNOT_BE_JUDGED = "F"


class Credibility(Choice):
    """How credible this report is: the second axis of the Admiralty code, never mixed with the first."""

    CONFIRMED = 1
    PROBABLY_TRUE = 2
    POSSIBLY_TRUE = 3
    DOUBTFUL = 4
    IMPROBABLE = 5
    CANNOT_BE_JUDGED = 6


def web_address(owner: object, field: "attrs.Attribute[str]", value: str) -> None:
    """Refuse what is no address of the web: anything else may be a script."""
    if not value.startswith(("https://", "http://")) or not value.isprintable() or " " in value:
        raise InvalidValue(
            f"{type(owner).__name__}.{field.name}", value, "an address that begins with https:// or http://"
        )


@attrs.frozen(cache_hash=True)
class Source:
    """One publication that a report rests on.

    >>> print(Source("TASS", attribution=Attribution.AIDE, speaker="Yuri Ushakov"))
    TASS (aide, Yuri Ushakov)

    Raises InvalidValue for a blank publisher or an address that is none of the web's.
    """

    publisher: str = attrs.field(validator=not_blank)
    """Who published it: an agency, a ministry, a data set."""
    url: str | None = attrs.field(default=None, validator=optional(web_address))
    published: pendulum.Date | None = attrs.field(default=None, validator=optional(day_or_instant))
    """When it was published: a day, or an instant with its time zone."""
    attribution: Attribution = attrs.field(default=Attribution.UNKNOWN, validator=instance_of(Attribution))
    speaker: str | None = attrs.field(default=None, validator=optional(not_blank))
    """Whom it quotes, as printed."""
    reliability: Reliability = attrs.field(default=Reliability.CANNOT_BE_JUDGED, validator=instance_of(Reliability))
    credibility: Credibility = attrs.field(default=Credibility.CANNOT_BE_JUDGED, validator=instance_of(Credibility))

    def __repr__(self) -> str:
        said = {field.name: getattr(self, field.name) for field in attrs.fields(Source)[1:]}
        unsaid = (None, *(field.default for field in attrs.fields(Source)))
        return shown(self, repr(self.publisher), leaving_out=unsaid, **said)

    def __brief__(self) -> str:
        return repr(self.publisher)

    def __str__(self) -> str:
        hedges = [self.attribution.value] if self.attribution is not Attribution.UNKNOWN else []
        hedges += [self.speaker] if self.speaker else []
        return f"{self.publisher} ({', '.join(hedges)})" if hedges else self.publisher
