"""Pieces of SQL as the texts of transactions: as few as the rules of one transaction allow."""

import hashlib
from collections.abc import Sequence

import duckdb

from dt_config.config import Config
from dt_contract.migrations import Migration
from dt_lint.check import findings
from dt_lint.script.names import Home
from dt_lint.script.statements import Script, parse
from ducktracker.change.restoration import Piece, Restoration


def texts(connection: duckdb.DuckDBPyConnection, config: Config, found: Restoration, *, merge: bool) -> list[str]:
    """Return the text of each transaction. Without `merge` each piece has its own."""
    groups: list[list[Piece]] = []
    for place, piece in enumerate(found.pieces):
        joins = merge and groups and place not in found.apart
        if joins and _fits(connection, config, [*groups[-1], piece]):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_text(group) for group in groups]


def script_of(connection: duckdb.DuckDBPyConnection, config: Config, text: str, called: str) -> Script:
    """Return the statements of a text, which is called so in messages."""
    migration = Migration(
        type="undone", description=called, script=called, checksum=hashlib.sha256(text.encode()).hexdigest()
    )
    home = Home.of(config.connection.catalog_name, config.migrations.target_schema)
    return parse(connection, migration, text, home)


def _fits(connection: duckdb.DuckDBPyConnection, config: Config, group: Sequence[Piece]) -> bool:
    script = script_of(connection, config, _text(group), "ducktracker")
    return not findings([script], config.migrations)


def _text(group: Sequence[Piece]) -> str:
    reads = [read for piece in group for read in piece.reads]
    statements = [statement for piece in group for statement in piece.statements]
    return "".join(f"{sql};\n" for sql in (*reads, *statements))
