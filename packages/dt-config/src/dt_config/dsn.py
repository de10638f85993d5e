"""PostgreSQL connection strings: where their secrets stand.

They are read as libpq reads them (conninfo_parse and conninfo_uri_parse in its fe-connect.c). What libpq could not
read is refused here, because its own message would quote the part of the password that it stumbled over.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dt_contract.redaction import MASK

_SECRET_KEYS = frozenset({"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
_ITEM = re.compile(
    r"\s*(?P<key>[^\s=]+)\s*=\s*(?:'(?P<quoted>(?:[^'\\]|\\.)*)'|(?!')(?P<plain>(?:[^\s\\]|\\(?:.|$))*))",
    re.DOTALL | re.ASCII,
)
_HOST = r"(?:\[[^\]@/?]*\]|[^:@/?,\[]*)(?::\d*)?"
_URI = re.compile(
    r"postgres(?:ql)?://"
    r"(?:[^:@/]*(?::(?P<password>[^@/]*))?@)?"
    rf"{_HOST}(?:,{_HOST})*"
    r"(?:/[^?@]*)?"
    r"(?:\?(?P<query>.*))?",
    re.DOTALL,
)
_PARAMETER = re.compile(r"(?P<key>[^=&]+)=(?P<value>[^=&]*)(?:&|$)", re.DOTALL)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")


class NotReadable(Exception):
    """Says, without quoting it, why libpq could not read a connection string."""


class Secret(NamedTuple):
    """A secret's place in the connection string, and the text that it stands for."""

    start: int
    end: int
    text: str


def secrets(dsn: str) -> tuple[Secret, ...]:
    """Return the secrets of a keyword string or URI in their order; raises NotReadable."""
    found = _of_uri(dsn) if re.match(r"postgres(ql)?://", dsn) else _of_keywords(dsn)
    return tuple(secret for secret in found if secret.end > secret.start)


def masked(dsn: str) -> str:
    """Return the connection string with every secret as `***`."""
    for secret in reversed(secrets(dsn)):
        dsn = dsn[: secret.start] + MASK + dsn[secret.end :]
    return dsn


def _of_keywords(dsn: str) -> Iterator[Secret]:
    at, end = 0, len(dsn.rstrip(" \t\n\r\f\v"))
    while at < end:
        item = _ITEM.match(dsn, at)
        if item is None:
            raise NotReadable("must be `keyword=value` pairs or a postgresql:// URI; a value with spaces needs quotes")
        if item["key"].lower() in _SECRET_KEYS:
            group = "plain" if item["quoted"] is None else "quoted"
            yield Secret(*item.span(group), re.sub(r"\\(.?)", r"\1", item[group], flags=re.DOTALL))
        at = item.end()


def _of_uri(dsn: str) -> Iterator[Secret]:
    uri = _URI.fullmatch(dsn)
    if uri is None or _BAD_PERCENT.search(dsn):
        raise NotReadable(
            "is not a URI that libpq can read; in a password write @ as %40, : as %3A, / as %2F, % as %25"
        )
    if uri["password"] is not None:
        yield Secret(*uri.span("password"), _decoded(uri["password"]))
    at = uri.start("query")
    while uri["query"] and at < len(dsn):
        parameter = _PARAMETER.match(dsn, at)
        if parameter is None:
            raise NotReadable("is not a URI that libpq can read; after `?` come key=value pairs, joined by &")
        if _decoded(parameter["key"]).lower() in _SECRET_KEYS:
            yield Secret(*parameter.span("value"), _decoded(parameter["value"]))
        at = parameter.end()


def _decoded(text: str) -> str:
    from urllib.parse import unquote

    return unquote(text)


def with_defaults(dsn: str, defaults: Mapping[str, str], options: str) -> str:
    """Return a connection string with parameters that it may override itself, and with its own `options` after ours.

    libpq takes the last of several values. A string without `options` gets none: their default is a variable.
    Raises NotReadable.
    """
    is_uri = bool(re.match(r"postgres(ql)?://", dsn))
    own = list(_options_of_uri(dsn) if is_uri else _options_of_keywords(dsn))
    for start, text in reversed(own):
        from urllib.parse import quote

        added = quote(options) if is_uri else options.replace(" ", "\\ ") if text == "plain" else options
        dsn = dsn[:start] + added + dsn[start:]
    if not is_uri:
        return " ".join([*(f"{key}={value}" for key, value in defaults.items()), dsn]).rstrip()
    uri, ours = _URI.fullmatch(dsn), "&".join(f"{key}={value}" for key, value in defaults.items())
    if uri is None or uri["query"] is None:
        return f"{dsn}?{ours}"
    at = uri.start("query")
    return f"{dsn[:at]}{ours}{'&' if uri['query'] else ''}{dsn[at:]}"


def _options_of_keywords(dsn: str) -> Iterator[tuple[int, str]]:
    at, end = 0, len(dsn.rstrip(" \t\n\r\f\v"))
    while at < end:
        item = _ITEM.match(dsn, at)
        if item is None:
            return
        if item["key"] == "options":
            form = "plain" if item["quoted"] is None else "quoted"
            yield item.start(form), form
        at = item.end()


def _options_of_uri(dsn: str) -> Iterator[tuple[int, str]]:
    uri = _URI.fullmatch(dsn)
    at = uri.start("query") if uri and uri["query"] else len(dsn)
    while at < len(dsn):
        parameter = _PARAMETER.match(dsn, at)
        if parameter is None:
            return
        if _decoded(parameter["key"]) == "options":
            yield parameter.start("value"), "uri"
        at = parameter.end()
