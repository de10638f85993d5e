"""Generated SQL turns any schema into any other one, and back, but for what it says is left over."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from dt_config.config import Config
from dt_contract.schema import SchemaDocument
from dt_diff.sql.generate import generate
from dt_diff.sql.script import Generated
from dt_diff.sql.text import sql_text
from dt_lake.lake import open_lake
from support import rich_lake
from support.backends import BACKENDS, Catalogs, catalogs
from support.generated import apply
from support.lake_facts import Facts, facts
from support.left_over import differences, told
from support.random_documents import RandomSchema
from support.random_schema import drop_broken, swap, walk
from support.rows import rows_of

NOTHING = SchemaDocument(options={})
KINDS = {
    "CREATE SCHEMA": r"^CREATE SCHEMA",
    "CREATE TABLE": r"^CREATE TABLE",
    "CREATE VIEW": r"^CREATE VIEW",
    "replaced view": r"^CREATE OR REPLACE VIEW",
    "CREATE MACRO": r"^CREATE MACRO .* AS (?!TABLE)",
    "CREATE table macro": r"^CREATE MACRO .* AS TABLE",
    "replaced macro": r"^CREATE OR REPLACE MACRO",
    "DROP SCHEMA": r"^DROP SCHEMA",
    "DROP TABLE": r"^DROP TABLE",
    "DROP VIEW": r"^DROP VIEW",
    "DROP MACRO": r"^DROP MACRO (?!TABLE)",
    "DROP table macro": r"^DROP MACRO TABLE",
    "table renamed": r"^ALTER TABLE .* RENAME TO",
    "view renamed": r"^ALTER VIEW .* RENAME TO",
    "column renamed": r" RENAME COLUMN [^.]+ TO ",
    "field renamed": r" RENAME COLUMN .*\..* TO ",
    "through a third name": r"__old",
    "ADD COLUMN": r" ADD COLUMN [^.]+ \w+",
    "field added": r" ADD COLUMN [^ (]+\.[^ ]+ ",
    "DROP COLUMN": r" DROP COLUMN [^.]+;",
    "field dropped": r" DROP COLUMN .*\.",
    "wider type": r" TYPE (?!STRUCT|MAP|.*\])",
    "wider nested type": r" TYPE (STRUCT|MAP|.*\])",
    "narrower type": r"CAST\(.* AS ",
    "SET NOT NULL": r" SET NOT NULL",
    "DROP NOT NULL": r" DROP NOT NULL",
    "SET DEFAULT": r" SET DEFAULT",
    "DROP DEFAULT": r" DROP DEFAULT",
    "partitioned": r" SET PARTITIONED BY",
    "no more partitioned": r" RESET PARTITIONED BY",
    "sorted": r" SET SORTED BY",
    "no more sorted": r" RESET SORTED BY",
    "comment on a table": r"^COMMENT ON TABLE",
    "comment on a column": r"^COMMENT ON COLUMN",
    "comment on a view": r"^COMMENT ON VIEW",
    "option of the lake": r"set_option\('[^']*', '[^']*'\)",
    "option of a schema": r"set_option\(.*schema => '[^']*'\)",
    "option of a table": r"set_option\(.*table_name",
    "made again": r"the table is made again$",
    "several parts": r"^-- part 2",
    "default": r"^-- left over: default",
    "column order": r"^-- left over: column order",
    "id": r"^-- left over: id",
    "not null": r"^-- left over: not null",
    "option": r"^-- left over: option",
}
"""By lines of the SQL."""
BY_ID = {"field renamed", "id"}
"""Those that only DDL on one lake is sure to hit."""


@pytest.fixture(params=BACKENDS)
def server(request: pytest.FixtureRequest) -> Catalogs:
    """The server that has the catalogs, if that is PostgreSQL."""
    return catalogs(request, request.param)


@pytest.mark.parametrize("rounds", [0, pytest.param(130, marks=pytest.mark.slow)])
def test_any_schema_becomes_any_other_one_and_back(server: Catalogs, rounds: int) -> None:
    seen: Counter[str] = Counter()

    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        random = Random(seed)
        first, second = RandomSchema(random).document(), RandomSchema(random).document()
        with TemporaryDirectory() as folder:
            lake = rich_lake.new_lake(Path(folder), server)
            there = _made(lake, first, seen)
            if random.random() < 0.5:
                there = facts(lake, *rows_of(there.schema))
            _there_and_back(lake, there, second, seen)

    _run(check, rounds, (300, 112, 531, 404, 247, 17, 1, 2, 3, 4))
    assert _missing(seen, KINDS.keys() - BY_ID) == set()


@pytest.mark.parametrize("rounds", [0, pytest.param(120, marks=pytest.mark.slow)])
def test_any_schema_becomes_what_ddl_makes_of_it_and_back(server: Catalogs, rounds: int) -> None:
    seen: Counter[str] = Counter()

    @given(st.integers(0, 2**32))
    def check(seed: int) -> None:
        random = Random(seed)
        with TemporaryDirectory() as folder:
            lake = rich_lake.new_lake(Path(folder) / "a", server)
            there = _made(lake, RandomSchema(random).document(), seen)
            if random.random() < 0.5:
                there = facts(lake, *rows_of(there.schema))
            other = rich_lake.copy_of(lake, Path(folder) / "b", server)
            with open_lake(other, write=True) as copy:
                # DuckLake can't write the rows of a table again that has a VARIANT in a STRUCT.
                walk(copy, random, 20, without="VARIANT" if rounds else "\0")
                swap(copy, random)
                drop_broken(copy)
            _there_and_back(lake, there, facts(other).schema, seen)

    _run(check, rounds, (6, 7, 8, 9, 10, 11, 12, 13, 14, 16))
    assert _missing(seen, BY_ID | {"table renamed", "view renamed", "through a third name"}) == set()


def _run(check: Callable[[], None], rounds: int, examples: Sequence[int]) -> None:
    """Run the examples, which hit every kind, or as many random ones."""
    for seed in examples:
        check = example(seed)(check)
    phases = [Phase.generate] if rounds else [Phase.explicit]
    settings(max_examples=rounds or 1, phases=phases, deadline=None, suppress_health_check=list(HealthCheck))(check)()


def _made(lake: Config, wanted: SchemaDocument, seen: Counter[str]) -> Facts:
    return _become(lake, Facts(NOTHING, frozenset(), frozenset()), wanted, seen)


def _there_and_back(lake: Config, there: Facts, wanted: SchemaDocument, seen: Counter[str]) -> None:
    back = _become(lake, there, wanted, seen)
    _become(lake, back, there.schema, seen)


def _become(lake: Config, now: Facts, wanted: SchemaDocument, seen: Counter[str]) -> Facts:
    """Apply the SQL to the lake, and check that it is what was wanted but for what is said to be left over."""
    generated = generate(now.schema, wanted, empty=now.empty, altered=now.altered)
    print(sql_text(generated))
    _count(generated, seen)
    apply(lake, generated.parts, Path(lake.connection.data_path).parent / "migrations")
    after = facts(lake)
    assert differences(wanted, after.schema) == told(generated.left_over)
    return after


def _count(generated: Generated, seen: Counter[str]) -> None:
    lines = sql_text(generated).splitlines()
    seen.update(kind for kind, pattern in KINDS.items() for line in lines if re.search(pattern, line))


def _missing(seen: Counter[str], kinds: Iterable[str]) -> set[str]:
    return {kind for kind in kinds if not seen[kind]}
