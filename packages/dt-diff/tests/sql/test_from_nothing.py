"""The SQL that makes a schema in a new lake."""

import pytest
from msgspec.structs import replace

from dt_contract.schema import Column, Macro, Overload, Parameter, Schema, SchemaDocument, Table, View
from dt_diff.sql.generate import generate
from dt_diff.sql.text import sql_text

NOTHING = SchemaDocument(options={})
ID = Column(name="id", type="INTEGER")


def sql(actual: SchemaDocument, schema: str = "main") -> str:
    """Return the SQL from nothing to a schema."""
    return sql_text(generate(NOTHING, replace(actual, options=actual.options or {}), schema=schema))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(SchemaDocument(), "", id="nothing"),
        pytest.param(
            SchemaDocument(tables=(Table(schema="main", name="t", columns=(ID,)),)),
            "CREATE TABLE t (id INTEGER);\n",
            id="a table",
        ),
        pytest.param(
            SchemaDocument(
                tables=(
                    Table(
                        schema="main",
                        name="order",
                        comment="it's",
                        columns=(
                            Column(name="a b", type="VARCHAR", nullable=False, default="'x'", comment="c"),
                            Column(name="at", type="TIMESTAMP WITH TIME ZONE", default="now()"),
                            Column(name="s", type="STRUCT(x INTEGER)", fields=(Column(name="x", type="INTEGER"),)),
                        ),
                        partition_by=("year(at)", '"a b"'),
                        sorted_by=("at DESC NULLS LAST",),
                    ),
                )
            ),
            """\
CREATE TABLE "order" (
    "a b" VARCHAR NOT NULL DEFAULT 'x',
    "at" TIMESTAMP WITH TIME ZONE DEFAULT now(),
    s STRUCT(x INTEGER)
);
ALTER TABLE "order" SET PARTITIONED BY (year("at"), "a b");
ALTER TABLE "order" SET SORTED BY ("at" DESC NULLS LAST);
COMMENT ON TABLE "order" IS 'it''s';
COMMENT ON COLUMN "order"."a b" IS 'c';
""",
            id="all of a table, names in quotes where they need it",
        ),
        pytest.param(
            SchemaDocument(
                tables=(Table(schema="main", name="t", columns=(ID,)),),
                views=(
                    View(schema="main", name="a", sql="SELECT * FROM b", comment="last"),
                    View(schema="main", name="b", sql="SELECT f(id) FROM t", column_aliases=("x",)),
                ),
                macros=(
                    Macro(
                        schema="main",
                        name="f",
                        kind="scalar",
                        overloads=(Overload(parameters=(Parameter(name="x"),), sql="g(x)"),),
                    ),
                    Macro(
                        schema="main",
                        name="g",
                        kind="scalar",
                        overloads=(
                            Overload(parameters=(Parameter(name="x"),), sql="x"),
                            Overload(parameters=(Parameter(name="x"), Parameter(name="y", default="2")), sql="x + y"),
                        ),
                    ),
                ),
            ),
            """\
CREATE TABLE t (id INTEGER);
CREATE MACRO g
    (x) AS x,
    (x, y := 2) AS x + y;
CREATE MACRO f(x) AS g(x);
CREATE VIEW b (x) AS SELECT f(id) FROM t;
CREATE VIEW a AS SELECT * FROM b;
COMMENT ON VIEW a IS 'last';
""",
            id="views and macros after what they are made from",
        ),
        pytest.param(
            SchemaDocument(
                options={"parquet_compression": "zstd", "version": "1.0"},
                schemas=(Schema(name="main"), Schema(name="s", options={"target_file_size": "5000000"})),
                tables=(Table(schema="s", name="t", columns=(ID,), options={"data_inlining_row_limit": "5"}),),
                views=(View(schema="s", name="v", sql="SELECT * FROM t"),),
            ),
            """\
-- part 1 of 2, a migration of its own

CREATE SCHEMA s;
CREATE TABLE s.t (id INTEGER);
USE s;
CREATE VIEW s.v AS SELECT * FROM t;
USE main;
CALL set_option('parquet_compression', 'zstd');

-- part 2 of 2, a migration of its own

CALL set_option('target_file_size', '5MB', schema => 's');
CALL set_option('data_inlining_row_limit', '5', schema => 's', table_name => 't');
""",
            id="options of what is new come after a COMMIT, and a view is made where its names are",
        ),
        pytest.param(
            SchemaDocument(
                tables=(Table(schema="main", name="t", columns=(Column(name="x", type="INTEGER", default="f(1)"),)),),
                macros=(
                    Macro(
                        schema="main",
                        name="f",
                        kind="scalar",
                        overloads=(Overload(parameters=(Parameter(name="l", type="LIST"),), sql="3"),),
                    ),
                ),
            ),
            """\
CREATE MACRO f(l) AS 3;
CREATE TABLE t (x INTEGER DEFAULT f(1));

-- left over: parameter type of main.f.l: DuckLake keeps no more of a nested type than its kind
""",
            id="a macro before the default that calls it",
        ),
    ],
)
def test_the_sql_of_a_schema(document: SchemaDocument, expected: str) -> None:
    assert sql(document) == expected


def test_the_schema_that_migrations_run_in_is_left_out_of_names() -> None:
    tables = tuple(Table(schema=schema, name="t", columns=(ID,)) for schema in ("main", "s"))
    document = SchemaDocument(schemas=(Schema(name="main"), Schema(name="s")), tables=tables)
    assert sql(document, schema="s") == (
        "CREATE SCHEMA s;\nCREATE TABLE main.t (id INTEGER);\nCREATE TABLE t (id INTEGER);\n"
    )
