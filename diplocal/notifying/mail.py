"""Sends e-mail by a mail server (RFC 5321)."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

import attrs

from diplocal.checks import LOOPBACK
from diplocal.errors import InvalidValue, NotDelivered
from diplocal.store.postgres_address import masked

PORTS = {"smtp": 587, "smtps": 465}
"""Submission (RFC 8314, 3): with STARTTLS, and with TLS from the first octet on."""
TIMEOUT = 60
"""Seconds to wait for an answer."""


@attrs.frozen
class MailServer:
    """A mail server that takes e-mail for delivery: 'smtps://desk@mail.example.org'.

    What is sent to another machine is encrypted, or not sent.
    """

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None = attrs.field(default=None, repr=False)

    @classmethod
    def at(cls, address: str, *, password: str | None = None) -> "MailServer":
        """Return the server of an address. Raises InvalidValue for any other address."""
        expected = "a mail server without password, such as 'smtps://desk@mail.example.org' or 'smtp://localhost:25'"
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise InvalidValue("smtp", masked(address), expected) from error
        if parts.scheme not in PORTS or not parts.hostname or parts.password or parts.path.strip("/") or parts.query:
            raise InvalidValue("smtp", masked(address), expected)
        user = unquote(parts.username) if parts.username else None
        return cls(parts.scheme, parts.hostname, port or PORTS[parts.scheme], user, password)

    def send(self, message: EmailMessage) -> None:
        """Hand a message over. Raises NotDelivered when the server is not there, or does not take it for everybody."""
        try:
            with self._connected() as server:
                refused = server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(self.host, f"{type(error).__name__}: {error}") from error
        if refused:
            raise NotDelivered(self.host, f"it did not take it for {', '.join(sorted(refused))}")

    def _connected(self) -> smtplib.SMTP:
        safely = ssl.create_default_context()
        if self.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=safely)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
            if self.host not in LOOPBACK:
                server.starttls(context=safely)
        if self.user is not None:
            server.login(self.user, self.password or "")
        return server
