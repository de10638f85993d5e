"""What a statement does to what."""

from collections.abc import Iterator

import duckdb
import pytest

from dt_contract.errors import InputError
from dt_contract.migrations import Migration
from dt_lint.script.effect import Effect
from dt_lint.script.names import Home, SameObjects
from dt_lint.script.names import Name as Target
from dt_lint.script.statements import Statement, parse

MIGRATION = Migration(type="versioned", version=1, description="x", script="V1__x.sql", checksum="")
HOME = Home.of("Lake", "main")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def read(connection: duckdb.DuckDBPyConnection, text: str, home: Home = HOME) -> list[Statement]:
    return list(parse(connection, MIGRATION, text, home).statements)


def effect(connection: duckdb.DuckDBPyConnection, text: str, home: Home = HOME) -> Effect:
    return read(connection, text, home)[-1].effect


def t(name: str = "t", *schemas: str) -> Target:
    return Target(schemas or ("main",), name)


def many_ctes(number: int) -> str:
    return "WITH " + ", ".join(f"c{index} AS (SELECT {index} AS r)" for index in range(number))


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("CREATE TABLE t (a INT)", Effect("create", "table", t()), id="create"),
        pytest.param(
            "CREATE OR REPLACE TABLE t AS SELECT 1",
            Effect("create", "table", t(), or_replace=True, has_query=True),
            id="replace by a query",
        ),
        pytest.param(
            "CREATE TABLE t PARTITIONED BY (a) AS SELECT 1 AS a",
            Effect("create", "table", t(), has_query=True),
            id="partitioned and from a query",
        ),
        pytest.param('CREATE TABLE "as" ("as" INT)', Effect("create", "table", t("as")), id="a table named as"),
        pytest.param(
            "CREATE TABLE IF NOT EXISTS a.t (i INT)",
            Effect("create", "table", t("t", "a"), if_not_exists=True),
            id="create if not exists",
        ),
        pytest.param(
            "CREATE TEMP TABLE t (i INT)", Effect("create", "table", t(), temporary=True), id="temporary table"
        ),
        pytest.param(
            "CREATE TABLE temp.t (i INT)",
            Effect("create", "table", t("t", "temp"), temporary=True),
            id="temporary by its schema",
        ),
        pytest.param("CREATE UNLOGGED TABLE t (i INT)", Effect("create", "table", t()), id="unlogged"),
        pytest.param("CREATE RECURSIVE VIEW t (i) AS SELECT 1", Effect("create", "view", t()), id="recursive view"),
        pytest.param("CREATE FUNCTION t(a) AS a", Effect("create", "macro", t()), id="function"),
        pytest.param("CREATE SCHEMA lake.s", Effect("create", "schema", t("s", "")), id="schema"),
        pytest.param("CREATE SECRET (TYPE http)", Effect("create", "secret"), id="secret without a name"),
        pytest.param("DROP TABLE IF EXISTS t", Effect("drop", "table", t(), if_exists=True), id="drop if exists"),
        pytest.param("DROP VIEW lake.main.t CASCADE", Effect("drop", "view", t()), id="drop view"),
        pytest.param("DROP MACRO TABLE t", Effect("drop", "macro", t()), id="drop table macro"),
        pytest.param("DROP SCHEMA s CASCADE", Effect("drop", "schema", t("s", "")), id="drop schema"),
        pytest.param("DEALLOCATE PREPARE p", Effect("other"), id="deallocate"),
        pytest.param("ALTER TABLE t RENAME TO u", Effect("rename", "table", t(), new_name="u"), id="rename"),
        pytest.param("ALTER TABLE t RENAME TO 'U'", Effect("rename", "table", t(), new_name="u"), id="to a string"),
        pytest.param(
            "ALTER VIEW IF EXISTS t RENAME TO u",
            Effect("rename", "view", t(), new_name="u", if_exists=True),
            id="rename view",
        ),
        pytest.param(
            "ALTER TABLE t RENAME type TO kind",
            Effect("rename_column", "table", t(), ("type",), "kind"),
            id="rename a column named type",
        ),
        pytest.param(
            "ALTER TABLE t RENAME COLUMN s.a TO b",
            Effect("rename_column", "table", t(), ("s", "a"), "b"),
            id="rename a field",
        ),
        pytest.param(
            "ALTER TABLE t ADD type INT DEFAULT 1",
            Effect("add_column", "table", t(), ("type",), has_default=True),
            id="add a column named type",
        ),
        pytest.param(
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS if INT[][]",
            Effect("add_column", "table", t(), ("if",), if_not_exists=True, nested_types=2, nested_type="integer[][]"),
            id="add a nested column named if",
        ),
        pytest.param(
            'ALTER TABLE t ADD "default" INT', Effect("add_column", "table", t(), ("default",)), id="named default"
        ),
        pytest.param(
            "ALTER TABLE t ADD a INT DEFAULT [1][1]",
            Effect("add_column", "table", t(), ("a",), has_default=True, fills_column=True),
            id="brackets in the default",
        ),
        pytest.param(
            'ALTER TABLE t ADD "struct"."map" INT',
            Effect("add_column", "table", t(), ("struct", "map")),
            id="names of types",
        ),
        pytest.param(
            "ALTER TABLE t DROP COLUMN IF EXISTS add",
            Effect("drop_column", "table", t(), ("add",), if_exists=True),
            id="drop a column named add",
        ),
        pytest.param("ALTER TABLE t DROP if", Effect("drop_column", "table", t(), ("if",)), id="drop one named if"),
        pytest.param(
            "ALTER TABLE t ALTER type SET DEFAULT 'type'",
            Effect("set_default", "table", t(), ("type",)),
            id="default of a column named type",
        ),
        pytest.param("ALTER TABLE t ALTER set DROP DEFAULT", Effect("drop_default", "table", t(), ("set",)), id="set"),
        pytest.param("ALTER TABLE t ALTER a SET NOT NULL", Effect("set_not_null", "table", t(), ("a",)), id="not null"),
        pytest.param("ALTER TABLE t ALTER a DROP NOT NULL", Effect("drop_not_null", "table", t(), ("a",)), id="null"),
        pytest.param("ALTER TABLE t ALTER a TYPE INT", Effect("alter_type", "table", t(), ("a",)), id="type"),
        pytest.param(
            "ALTER TABLE t ALTER COLUMN a SET DATA TYPE STRUCT(B INT[]) USING NULL",
            Effect("alter_type", "table", t(), ("a",), nested_types=2, nested_type="struct(b integer[])"),
            id="set data type",
        ),
        pytest.param("ALTER TABLE ONLY (t) ADD a INT", Effect("add_column", "table", t(), ("a",)), id="only"),
        pytest.param(
            "ALTER TABLE IF EXISTS if ADD a INT", Effect("add_column", "table", t("if"), ("a",), if_exists=True)
        ),
        pytest.param(
            "ALTER TABLE t SET PARTITIONED BY (bucket(4, a))", Effect("set_partitioned", "table", t()), id="partition"
        ),
        pytest.param("ALTER TABLE t RESET SORTED BY", Effect("reset_sorted", "table", t()), id="reset sorted"),
        pytest.param(
            "ALTER TABLE sorted DROP partitioned", Effect("drop_column", "table", t("sorted"), ("partitioned",))
        ),
        pytest.param("COMMENT ON TABLE t IS 'x'", Effect("comment", "table", t()), id="comment on a table"),
        pytest.param("COMMENT ON COLUMN a.t.c IS NULL", Effect("comment", "column", t("t", "a"), ("c",)), id="column"),
        pytest.param("INSERT INTO lake.t BY NAME SELECT 1", Effect("insert", "table", t()), id="insert"),
        pytest.param("INSERT OR REPLACE INTO t VALUES (1)", Effect("insert", "table", t(), or_replace=True), id="or"),
        pytest.param("INSERT INTO 'T''' VALUES (1)", Effect("insert", "table", t("t'")), id="a table in a string"),
        pytest.param("INSERT INTO t PIVOT x ON a USING sum(b)", Effect("insert", "table", t()), id="insert a PIVOT"),
        pytest.param(f"{many_ctes(50)} INSERT INTO t SELECT 1", Effect("insert", "table", t()), id="behind 50 CTEs"),
        pytest.param(
            "WITH RECURSIVE insert(x) AS NOT MATERIALIZED (SELECT ')'), u USING KEY (a) AS (SELECT 1) DELETE FROM t",
            Effect("delete", "table", t()),
            id="CTEs with all that they may have",
        ),
        pytest.param(
            "WITH a AS (PIVOT x ON a USING sum(b)) UPDATE t SET a = 1",
            Effect("update", "table", t()),
            id="PIVOT",
        ),
        pytest.param("UPDATE ONLY (t) SET a = 1", Effect("update", "table", t()), id="update only"),
        pytest.param("TRUNCATE TABLE t", Effect("delete", "table", t()), id="truncate"),
        pytest.param("TRUNCATE t", Effect("delete", "table", t()), id="truncate, short"),
        pytest.param(
            "MERGE INTO t AS u USING s ON true WHEN MATCHED THEN DELETE", Effect("merge", "table", t()), id="merge"
        ),
        pytest.param("COPY t (a) FROM 'x'", Effect("copy_from", "table", t()), id="copy from"),
        pytest.param("COPY \"from\" TO 'x'", Effect("copy_to", "table", t("from")), id="copy a table named from"),
        pytest.param("COPY (SELECT 1) TO 'x'", Effect("copy_to"), id="copy a query"),
        pytest.param("EXPLAIN ANALYZE DELETE FROM t", Effect("delete", "table", t()), id="explain analyze"),
        pytest.param("EXPLAIN (FORMAT json, ANALYZE) DELETE FROM t", Effect("delete", "table", t()), id="with options"),
        pytest.param("EXPLAIN (SELECT 1)", Effect("select"), id="explain in parentheses"),
        pytest.param("PREPARE p AS DELETE FROM t", Effect("delete", "table", t()), id="prepare"),
        pytest.param("PREPARE P AS DELETE FROM t; EXECUTE p", Effect("delete", "table", t()), id="execute"),
        pytest.param("PIVOT x ON a USING sum(b)", Effect("select"), id="PIVOT"),
        pytest.param("FROM t", Effect("select"), id="FROM"),
        pytest.param("UPDATE extensions SET a = 1", Effect("update", "table", t("extensions")), id="named extensions"),
        pytest.param("UPDATE EXTENSIONS", Effect("other"), id="update extensions"),
    ],
)
def test_an_effect(connection: duckdb.DuckDBPyConnection, sql: str, expected: Effect) -> None:
    assert effect(connection, sql) == expected


@pytest.mark.parametrize(
    ("before", "schemas"),
    [
        pytest.param("", ("main",), id="the target schema"),
        pytest.param("USE raw;", ("raw", "main"), id="USE of a schema"),
        pytest.param('USE "LAKE"."Raw";', ("raw", "main"), id="USE of the catalog's schema"),
        pytest.param("USE raw; USE lake;", ("main",), id="USE of the catalog"),
        pytest.param("SET search_path = 'a,b';", (), id="a search path"),
        pytest.param("SET SESSION schema = 'a';", (), id="SET schema"),
        pytest.param("USE 'raw.x';", ("raw.x", "main"), id="USE of a string"),
    ],
)
def test_a_name_without_a_schema(connection: duckdb.DuckDBPyConnection, before: str, schemas: tuple[str, ...]) -> None:
    assert effect(connection, f"{before} DROP TABLE t").target == Target(schemas, "t")


def test_what_is_created_is_in_the_schema_in_use(connection: duckdb.DuckDBPyConnection) -> None:
    assert effect(connection, "USE raw; CREATE TABLE t (i INT)").target == Target(("raw",), "t")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        pytest.param(t("t", "a"), t("t", "b"), False, id="two schemas"),
        pytest.param(t("t", "a", "main"), t("t"), True, id="maybe main"),
        pytest.param(t("t", "a", "main"), t("t", "a"), True, id="maybe the schema in use"),
        pytest.param(t("t", "a", "main"), t("t", "b"), False, id="surely another one"),
        pytest.param(Target((), "t"), t("t", "b"), True, id="any schema"),
        pytest.param(Target((), "u"), t("t", "b"), False, id="another name"),
    ],
)
def test_names_that_may_mean_the_same(first: Target, second: Target, same: bool) -> None:
    objects = SameObjects([first, second])
    assert (objects.key(first) == objects.key(second)) is same


def test_what_is_only_maybe_the_same_joins_what_it_may_be() -> None:
    both = SameObjects([t("t", "a"), t("t"), t("t", "a", "main")])
    assert both.key(t("t", "a")) == both.key(t("t"))


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param(r"ALTER TABLE e't\x41' ADD a INT", id="a name with escapes"),
        pytest.param("DELETE FROM 't'\n'u'", id="a name in two lines"),
    ],
)
def test_a_target_that_can_not_be_told_is_refused(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(InputError, match="can't tell what this statement changes"):
        read(connection, sql)


def test_execute_of_what_the_file_does_not_prepare_is_refused(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputError, match="EXECUTE of p, which this file does not PREPARE before"):
        read(connection, "EXECUTE p; PREPARE p AS SELECT 1")
