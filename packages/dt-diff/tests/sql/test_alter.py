"""The SQL that alters what two schemas have in common."""

import re

import pytest
from msgspec.structs import replace

from dt_contract.schema import Column, Lake, Schema, SchemaDocument, Table, View
from dt_diff.sql.generate import generate
from dt_diff.sql.text import sql_text

LAKE = Lake(id="lake")
ID = Column(id=1, name="id", type="INTEGER")
NAME = Column(id=2, name="name", type="VARCHAR")


def table(*columns: Column, name: str = "t", **more: object) -> Table:
    return replace(Table(id=1, uuid="u", schema="main", name=name, columns=columns), **more)


def struct(name: str, *fields: Column) -> Column:
    inner = ", ".join(f"{field.name} {field.type}" for field in fields)
    return Column(id=10, name=name, type=f"STRUCT({inner})", fields=fields)


X, Y = Column(id=11, name="x", type="INTEGER"), Column(id=12, name="y", type="INTEGER")


def sql(before: tuple[Table, ...], after: tuple[Table, ...], *, is_empty: bool = False, lake: Lake = LAKE) -> str:
    expected, actual = (SchemaDocument(lake=lake, tables=tables, options={}) for tables in (before, after))
    return sql_text(generate(expected, actual, empty=[(one.schema, one.name) for one in before] if is_empty else ()))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(table(ID), table(ID), "", id="nothing"),
        pytest.param(table(ID), table(ID, name="T"), "RENAME TO t__old; t__old RENAME TO T", id="another case"),
        pytest.param(table(ID), table(ID, name="u", comment="c"), "RENAME TO u; COMMENT ON TABLE u IS 'c'", id="u"),
        pytest.param(table(ID), table(ID, NAME), "ADD COLUMN name VARCHAR", id="a new column"),
        pytest.param(table(ID, NAME), table(ID), "! DATA_LOSS (DL103): column dropped; DROP COLUMN name", id="drop"),
        pytest.param(
            table(ID, NAME),
            table(replace(ID, name="name"), replace(NAME, name="id")),
            "RENAME COLUMN id TO id__old; RENAME COLUMN name TO id; RENAME COLUMN id__old TO name",
            id="a swap",
        ),
        pytest.param(table(ID), table(replace(ID, type="BIGINT")), "ALTER COLUMN id TYPE BIGINT", id="a wider type"),
        pytest.param(
            table(replace(ID, type="BIGINT")),
            table(replace(ID, type="DOUBLE")),
            "! VALUE_CHANGE (DL201): numbers rounded; ALTER COLUMN id TYPE DOUBLE",
            id="a wider type that changes values",
        ),
        pytest.param(
            table(ID, NAME, partition_by=("id",)),
            table(replace(ID, type="SMALLINT"), NAME, partition_by=("id",)),
            "RENAME COLUMN id TO id__old; "
            "! DuckLake can't turn INTEGER into SMALLINT: a new column takes the values, each of which must fit; "
            "ADD COLUMN id SMALLINT; UPDATE t SET id = CAST(id__old AS SMALLINT); SET PARTITIONED BY (id); "
            "DROP COLUMN id__old; "
            "left over: column order of main.t: DuckLake adds a column at the end, and moves none; "
            "left over: id of main.t.id: DuckLake can't change its type, so that it is a new column",
            id="a narrower type of a key",
        ),
        pytest.param(
            table(ID),
            table(ID, replace(NAME, nullable=False)),
            "ADD COLUMN name VARCHAR; TODO UPDATE t SET name = …; TODO ALTER COLUMN name SET NOT NULL; "
            "left over: not null of main.t.name: the rows have no value for it",
            id="NOT NULL without a value",
        ),
        pytest.param(
            table(ID),
            table(ID, replace(NAME, nullable=False, default="'x'")),
            "ADD COLUMN name VARCHAR DEFAULT 'x'; "
            "! DuckLake sets NOT NULL only after an UPDATE of all rows in the same transaction; "
            "UPDATE t SET name = 'x'; ALTER COLUMN name SET NOT NULL",
            id="NOT NULL with a default",
        ),
        pytest.param(
            table(replace(ID, nullable=False, default="1")),
            table(replace(ID, comment="c")),
            "ALTER COLUMN id DROP NOT NULL; ALTER COLUMN id DROP DEFAULT; COMMENT ON COLUMN t.id IS 'c'",
            id="without NOT NULL and default",
        ),
        pytest.param(
            table(ID),
            table(replace(ID, type="BIGINT", default="5000000000")),
            "ALTER COLUMN id TYPE BIGINT; part; ALTER COLUMN id SET DEFAULT 5000000000",
            id="type and default in two parts",
        ),
        pytest.param(
            table(ID, sorted_by=("id ASC NULLS LAST",)),
            table(replace(ID, name="key", default="3"), sorted_by=("key ASC NULLS LAST",)),
            "RENAME COLUMN id TO key; part; ALTER COLUMN key SET DEFAULT 3",
            id="a sort key renamed and altered in two parts",
        ),
        pytest.param(
            table(ID, partition_by=("id",), sorted_by=("id ASC NULLS LAST",)),
            table(ID, sorted_by=("id DESC NULLS LAST",)),
            "RESET PARTITIONED BY; SET SORTED BY (id DESC NULLS LAST)",
            id="keys",
        ),
        pytest.param(
            table(struct("s", X, Y)),
            table(struct("s", replace(Y, name="z"), replace(X, id=13, name="new"))),
            "! DATA_LOSS (DL104): struct field dropped; DROP COLUMN s.x; RENAME COLUMN s.y TO z; "
            "ADD COLUMN s.new INTEGER",
            id="fields",
        ),
        pytest.param(
            table(struct("s", X)),
            table(struct("s", replace(X, type="BIGINT"), Y)),
            "ADD COLUMN s.y INTEGER; part; ALTER COLUMN s TYPE STRUCT(x BIGINT, y INTEGER)",
            id="a new field, then the type of another",
        ),
    ],
)
def test_the_sql_of_a_table(before: Table, after: Table, expected: str) -> None:
    assert short(sql((before,), (after,))) == expected


def short(text: str) -> str:
    """Leave out what is the same in all cases: `! ` begins a comment, and `part` another part."""
    text = text.replace(";", "").replace("ALTER TABLE t ", "").replace("ALTER TABLE ", "")
    lines = (line for line in text.splitlines() if line and not line.startswith("-- part 1 "))
    return "; ".join(_SHORT.sub(lambda found: found[1] or found[2] or "! ", line) for line in lines)


_SHORT = re.compile(r"-- (part).*|-- (TODO|left over)|-- ")


def test_an_empty_table_is_made_again_for_not_null() -> None:
    before, after = table(ID), table(ID, replace(NAME, nullable=False, default="now()"))
    assert short(sql((before,), (after,), is_empty=True)) == (
        "! it holds no row, and DuckLake can't alter it to what it is to be: the table is made again; DROP TABLE t; "
        "! IDENTITY (DL105): table created again under its name; "
        "CREATE TABLE t (id INTEGER, name VARCHAR NOT NULL DEFAULT now()); "
        "left over: id of main.t: the table is made again"
    )


def test_a_replaced_table_is_dropped_and_created() -> None:
    assert short(sql((table(ID),), (table(ID, id=2, uuid="other"),))) == (
        "! DATA_LOSS (DL102): table dropped; DROP TABLE t; "
        "! IDENTITY (DL105): table created again under its name; CREATE TABLE t (id INTEGER)"
    )


def test_between_two_lakes_another_case_is_a_rename() -> None:
    before, after = table(ID), table(replace(ID, name="ID"), name="T")
    assert short(sql((before,), (after,), lake=Lake())) == (
        "RENAME TO t__old; t__old RENAME TO T; T RENAME COLUMN id TO id__old; T RENAME COLUMN id__old TO ID"
    )


def test_tables_that_swap_their_names() -> None:
    one, other = table(ID), table(ID, name="u", id=2, uuid="v")
    assert sql((one, other), (replace(one, name="u"), replace(other, name="t"))) == (
        "ALTER TABLE u RENAME TO u__old;\nALTER TABLE t RENAME TO u;\nALTER TABLE u__old RENAME TO t;\n"
    )


def test_a_view_is_renamed_replaced_and_gets_its_comment_again() -> None:
    view = View(id=5, uuid="v", schema="main", name="v", sql="SELECT 1", comment="c")
    after = replace(view, name="w", sql="SELECT 2")
    expected, actual = (SchemaDocument(lake=LAKE, views=(one,), options={}) for one in (view, after))
    assert sql_text(generate(expected, actual)) == (
        "ALTER VIEW v RENAME TO w;\nCREATE OR REPLACE VIEW w AS SELECT 2;\nCOMMENT ON VIEW w IS 'c';\n"
    )


def test_what_is_not_there_any_more_is_dropped() -> None:
    view = View(schema="s", name="v", sql="SELECT 1")
    before = SchemaDocument(schemas=(Schema(name="main"), Schema(name="s")), views=(view,), options={"a": "1"})
    assert sql_text(generate(before, SchemaDocument(schemas=(Schema(name="main"),), options={}))) == (
        "DROP VIEW s.v;\nDROP SCHEMA s;\n\n-- left over: option of a: DuckLake can't unset an option\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(None, {"a": "1"}, id="before"),
        pytest.param({"a": "1"}, None, id="after"),
        pytest.param(None, None, id="neither"),
    ],
)
def test_options_that_are_not_known_are_said_to_be_left_out(
    before: dict[str, str] | None, after: dict[str, str] | None
) -> None:
    same, more = (SchemaDocument(lake=LAKE, tables=(table(*columns),), options={}) for columns in ((ID,), (ID, NAME)))
    told = "-- options are left out: they are not known (DuckLake keeps no past of them)\n"
    generated = generate(replace(same, options=before), replace(same, options=after))
    assert (generated.parts, generated.left_over, sql_text(generated)) == ((), (), told)
    generated = generate(replace(same, options=before), replace(more, options=after))
    assert sql_text(generated) == f"ALTER TABLE t ADD COLUMN name VARCHAR;\n\n{told}"


def test_a_default_that_ducklake_refuses_is_left_over() -> None:
    before, after = (SchemaDocument(lake=LAKE, tables=(table(one),)) for one in (ID, replace(ID, default="f(1)")))
    assert generate(before, after).left_over == ()
    generated = generate(before, after, altered=[("main", "t", "id")])
    assert (generated.parts, [item.kind for item in generated.left_over]) == ((), ["default"])
