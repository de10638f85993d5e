import pytest

from dt_contract.diff import Change, Detail
from dt_contract.schema import Column, Table
from dt_diff.identity import ONE_LAKE, TWO_LAKES
from dt_diff.tables import compare_tables

ID = Column(id=1, name="id", type="INTEGER")
NAME = Column(id=2, name="name", type="VARCHAR", nullable=False)
SHORT = "(id INTEGER, name VARCHAR NOT NULL)"


def table(name: str = "t", number: int = 7, uuid: str | None = "", **properties: object) -> Table:
    settings = {"schema": "main", "columns": (ID, NAME)} | properties
    return Table(id=number, uuid=f"u{number}" if uuid == "" else uuid, name=name, **settings)  # type: ignore[arg-type]


def removed(name: str) -> Change:
    return Change(change="removed", object="table", name=name, before=SHORT, hazards=("DATA_LOSS",))


def added(name: str, again: bool = False) -> Change:
    return Change(change="added", object="table", name=name, after=SHORT, hazards=("IDENTITY",) if again else ())


def renamed(before: str, after: str, *details: Detail) -> Change:
    return Change(change="renamed", object="table", name=after, before=before, after=after, details=details)


def modified(*details: Detail, before: str = SHORT, after: str = SHORT) -> Change:
    return Change(change="modified", object="table", name="main.t", before=before, after=after, details=details)


COMMENT = Detail(field="comment", before=None, after="people")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([table()], [table()], [], id="equal"),
        pytest.param([table()], [], [removed("main.t")], id="removed"),
        pytest.param([], [table()], [added("main.t")], id="added"),
        pytest.param([table("a")], [table("b")], [renamed("main.a", "main.b")], id="renamed"),
        pytest.param([table("t")], [table("T")], [renamed("main.t", "main.T")], id="renamed in case only"),
        pytest.param(
            [table("a", 1), table("b", 2)],
            [table("b", 1), table("a", 2)],
            [renamed("main.a", "main.b"), renamed("main.b", "main.a")],
            id="two names swapped",
        ),
        pytest.param(
            [table("a")],
            [table("b", comment="people")],
            [renamed("main.a", "main.b", COMMENT)],
            id="renamed with a comment is one change",
        ),
        pytest.param([table()], [table(schema="x")], [renamed("main.t", "x.t")], id="the schema is part of the name"),
        pytest.param([table(comment=None)], [table(comment="people")], [modified(COMMENT)], id="comment"),
        pytest.param(
            [table(partition_by=("year(ts)", "id"))],
            [table(sorted_by=("id ASC NULLS LAST",))],
            [
                modified(
                    Detail(field="partition_by", before="year(ts), id"),
                    Detail(field="sorted_by", after="id ASC NULLS LAST"),
                )
            ],
            id="partition and sort keys",
        ),
        pytest.param(
            [table(number=1)],
            [table(number=2)],
            [removed("main.t"), added("main.t", again=True)],
            id="dropped and made again",
        ),
        pytest.param(
            [table("a", 1), table("b", 2)],
            [table("b", 1)],
            [removed("main.b"), renamed("main.a", "main.b")],
            id="replaced by one that was renamed to its name",
        ),
        pytest.param([table("a", uuid=None)], [table("b")], [renamed("main.a", "main.b")], id="no uuid: by id"),
        pytest.param(
            [table(uuid="x")],
            [table(uuid="y")],
            [removed("main.t"), added("main.t", again=True)],
            id="one id with two uuids is two tables",
        ),
        pytest.param(
            [Table(schema="main", name="t", columns=(ID, NAME))], [table()], [], id="neither uuid nor id: by name"
        ),
    ],
)
def test_one_lake(before: list[Table], after: list[Table], expected: list[Change]) -> None:
    assert list(compare_tables(before, after, ONE_LAKE, options=True)) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([table(number=1)], [table(number=2)], [], id="other ids"),
        pytest.param([table("a")], [table("b")], [removed("main.a"), added("main.b")], id="other names"),
        pytest.param([table("t")], [table("T")], [removed("main.t"), added("main.T")], id="other case"),
        pytest.param([table()], [table(number=8, comment="people")], [modified(COMMENT)], id="comment"),
    ],
)
def test_two_lakes(before: list[Table], after: list[Table], expected: list[Change]) -> None:
    assert list(compare_tables(before, after, TWO_LAKES, options=True)) == expected


ORDER = Detail(field="column_order", before="id, name", after="name, id")
TURNED = "(name VARCHAR NOT NULL, id INTEGER)"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(table(), table(columns=(NAME, ID)), [modified(ORDER, after=TURNED)], id="the only change"),
        pytest.param(
            table(),
            table(columns=(NAME, ID), comment="people"),
            [modified(COMMENT, ORDER, after=TURNED)],
            id="with a comment",
        ),
        pytest.param(
            table("a"), table("b", columns=(NAME, ID)), [renamed("main.a", "main.b", ORDER)], id="with a new name"
        ),
    ],
)
def test_column_order(before: Table, after: Table, expected: list[Change]) -> None:
    assert list(compare_tables([before], [after], ONE_LAKE, options=True)) == expected


AGE = Column(id=3, name="age", type="INTEGER")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param((AGE, ID, NAME), [("added", "main.t.age", ())], id="a new column in front"),
        pytest.param((AGE, NAME, ID), [("modified", "main.t", (ORDER,)), ("added", "main.t.age", ())], id="both"),
        pytest.param((NAME,), [("removed", "main.t.id", ())], id="a removed column"),
    ],
)
def test_column_order_is_that_of_the_columns_of_both_sides(
    columns: tuple[Column, ...], expected: list[tuple[str, str, tuple[Detail, ...]]]
) -> None:
    changes = compare_tables([table()], [table(columns=columns)], ONE_LAKE, options=True)
    assert [(change.change, change.name, change.details) for change in changes] == expected


@pytest.mark.parametrize(
    ("before", "after", "options", "expected"),
    [
        pytest.param(table(), table(options={"x": "1"}), True, ["main.t.x"], id="compared"),
        pytest.param(table(), table(options={"x": "1"}), False, [], id="not compared"),
        pytest.param(
            table("a", options={"x": "1"}), table("b", options={"x": "1"}), True, ["main.b"], id="of a renamed"
        ),
        pytest.param(
            table("a", options={"x": "1"}), table("b"), True, ["main.b", "main.b.x"], id="named by the new name"
        ),
        pytest.param(
            table(number=1, options={"x": "1"}), table(number=2), True, ["main.t", "main.t"], id="not of one made again"
        ),
    ],
)
def test_options(before: Table, after: Table, options: bool, expected: list[str]) -> None:
    assert [change.name for change in compare_tables([before], [after], ONE_LAKE, options=options)] == expected
