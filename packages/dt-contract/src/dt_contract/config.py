"""The `config` document: the resolved settings with their origins."""

from typing import Literal

from dt_contract.document import Document, Value

Origin = Literal["default", "file", "env", "flag"]


class Setting(Value, frozen=True, kw_only=True):
    """One setting, such as `connection.catalog_name`."""

    key: str
    value: str | bool | tuple[str, ...] | None
    origin: Origin


class ConfigDocument(Document, tag="config", frozen=True, kw_only=True):
    """Every setting; secrets are redacted unless they were asked for. `path` is the file that was read."""

    path: str | None = None
    settings: tuple[Setting, ...] = ()
