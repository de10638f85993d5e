"""Random schemas, and random edits whose changes are known."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dt_contract import codec
from dt_contract.diff import Change, DiffDocument
from dt_contract.schema import Column, Lake, Macro, Overload, Parameter, Schema, SchemaDocument, Table, View
from dt_diff.compare import compare
from dt_diff.names import full_name, quote

NAMES = st.sampled_from(["a", "A", "b", "id", "users", "Users", "two words", "a.b", 'quo"te', "größe", "x\x1b[2J"])
SCALARS = st.sampled_from(["INTEGER", "VARCHAR", "DECIMAL(10,2)", "TIMESTAMP WITH TIME ZONE"])
TEXT = st.none() | st.sampled_from(["'x'", "now()", "it's", "two\nlines"])
OPTIONS = st.dictionaries(st.sampled_from(["parquet_compression", "target_file_size"]), st.sampled_from(["1", "2"]))


@st.composite
def columns(draw: st.DrawFn, ids: "count[int]", depth: int = 2) -> tuple[Column, ...]:
    return tuple(draw(column(ids, name, depth)) for name in draw(st.lists(NAMES, unique=True, min_size=1, max_size=4)))


@st.composite
def column(draw: st.DrawFn, ids: "count[int]", name: str, depth: int) -> Column:
    number = next(ids)
    shape = draw(st.sampled_from(["scalar", "scalar", "struct", "list"] if depth else ["scalar"]))
    fields: tuple[Column, ...] = ()
    if shape == "struct":
        fields = draw(columns(ids, depth - 1))
    elif shape == "list":
        fields = (draw(column(ids, "element", depth - 1)),)
    made = Column(id=number, name=name, type=draw(SCALARS), default=draw(TEXT), comment=draw(TEXT), fields=fields)
    return retyped(replace(made, nullable=draw(st.booleans())), shape)


def retyped(column: Column, shape: str) -> Column:
    if shape == "scalar":
        return column
    inner = ", ".join(f"{one.name} {one.type}" for one in column.fields)
    return replace(column, type=f"{column.fields[0].type}[]" if shape == "list" else f"STRUCT({inner})")


@st.composite
def documents(draw: st.DrawFn, lake: str = "a-lake", first: int = 0) -> SchemaDocument:
    ids = count(first)
    tables, views, macros = [], [], []
    schemas = [Schema(id=next(ids), name="main", options=draw(OPTIONS))]
    for name in draw(st.lists(NAMES, unique=True, max_size=4)):
        number = next(ids)
        made = Table(id=number, uuid=f"t{number}", schema="main", name=name, columns=draw(columns(ids)))
        tables.append(replace(made, comment=draw(TEXT), partition_by=draw(st.just(()) | st.just(("id",)))))
    for name in draw(
        st.lists(NAMES.filter(lambda name: all(name != one.name for one in tables)), unique=True, max_size=2)
    ):
        number = next(ids)
        views.append(
            View(id=number, uuid=f"v{number}", schema="main", name=name, sql=draw(SCALARS), comment=draw(TEXT))
        )
    for name in draw(st.lists(NAMES, unique=True, max_size=2)):
        overload = Overload(parameters=(Parameter(name="x", default=draw(TEXT)),), sql="x")
        macros.append(Macro(id=next(ids), schema="main", name=name, kind="scalar", overloads=(overload,)))
    return SchemaDocument(
        lake=Lake(id=lake, snapshot=first),
        schemas=tuple(schemas),
        tables=tuple(tables),
        views=tuple(views),
        macros=tuple(macros),
        options=draw(OPTIONS),
    )


def diff(expected: SchemaDocument, actual: SchemaDocument) -> DiffDocument:
    return compare(expected, actual, expected_name="a", actual_name="b")


@dataclass
class Editor:
    """Edits a document and knows which changes that makes, each as (change, object, name)."""

    draw: st.DrawFn
    ids: "count[int]" = field(default_factory=lambda: count(10_000))
    expected: list[tuple[str, str, str]] = field(default_factory=list)

    def choose(self, *edits: str) -> str:
        return self.draw(st.sampled_from(["keep", *edits]))

    def new_name(self) -> str:
        return f"n{next(self.ids)}"

    def tell(self, change: str, kind: str, name: str) -> None:
        self.expected.append((change, kind, name))

    def document(self, document: SchemaDocument) -> SchemaDocument:
        tables = [after for table in document.tables for after in self.table(table)]
        views = [after for view in document.views for after in self.view(view)]
        return replace(document, tables=tuple(tables), views=tuple(views))

    def table(self, table: Table) -> list[Table]:
        path = full_name("main", table.name)
        match self.choose("drop", "replace", "rename", "comment", "columns", "columns"):
            case "drop":
                self.tell("removed", "table", path)
                return []
            case "replace":
                self.tell("removed", "table", path)
                self.tell("added", "table", path)
                number = next(self.ids)
                return [replace(table, id=number, uuid=f"t{number}")]
            case "rename":
                table = replace(table, name=self.new_name())
                self.tell("renamed", "table", full_name("main", table.name))
                return [replace(table, columns=self.columns(table.columns, full_name("main", table.name)))]
            case "comment":
                self.tell("modified", "table", path)
                return [replace(table, comment=(table.comment or "") + "!")]
            case "columns":
                return [replace(table, columns=self.columns(table.columns, path))]
        return [table]

    def view(self, view: View) -> list[View]:
        path = full_name("main", view.name)
        match self.choose("drop", "replace", "rename"):
            case "drop":
                self.tell("removed", "view", path)
                return []
            case "replace":
                self.tell("modified", "view", path)
                return [replace(view, id=next(self.ids), uuid=self.new_name(), sql=view.sql + " ")]
            case "rename":
                view = replace(view, name=self.new_name())
                self.tell("renamed", "view", full_name("main", view.name))
        return [view]

    def columns(self, columns: tuple[Column, ...], parent: str) -> tuple[Column, ...]:
        edited = [after for column in columns for after in self.column(column, parent)]
        if not edited or self.choose("add") == "add":
            edited.append(Column(id=next(self.ids), name=self.new_name(), type="DATE"))
            self.tell("added", "column", f"{parent}.{edited[-1].name}")
        return tuple(edited)

    def column(self, column: Column, parent: str) -> list[Column]:
        path = f"{parent}.{quote(column.name)}"
        match self.choose("drop", "again", "rename", "type", "nullable", "fields"):
            case "drop":
                self.tell("removed", "column", path)
                return []
            case "again":
                self.tell("removed", "column", path)
                self.tell("added", "column", path)
                return [replace(column, id=next(self.ids))]
            case "rename":
                column = replace(column, name=self.new_name())
                self.tell("renamed", "column", f"{parent}.{column.name}")
            case "type":
                self.tell("modified", "column", path)
                return [replace(column, type="BLOB", fields=())]
            case "nullable":
                self.tell("modified", "column", path)
                return [replace(column, nullable=not column.nullable)]
            case "fields" if column.type.startswith("STRUCT") and column.type.endswith(")"):
                return [retyped(replace(column, fields=self.columns(column.fields, path)), "struct")]
        return [column]


Edited = tuple[SchemaDocument, SchemaDocument, list[tuple[str, str, str]]]


@st.composite
def edits(draw: st.DrawFn) -> Edited:
    editor = Editor(draw)
    before = draw(documents())
    after = editor.document(before)
    return before, after, editor.expected


@given(documents())
def test_a_schema_has_no_difference_from_itself(document: SchemaDocument) -> None:
    assert diff(document, document).changes == ()


@given(documents(), st.integers(min_value=1000, max_value=9000))
def test_ids_are_no_difference_between_two_lakes(document: SchemaDocument, offset: int) -> None:
    assert diff(document, moved(document, offset)).changes == ()


@given(edits())
def test_each_edited_object_is_reported_and_no_other(edited: Edited) -> None:
    before, after, expected = edited
    found = [(change.change, change.object, change.name) for change in diff(before, after).changes]
    assert sorted(found) == sorted(expected)


@given(edits().map(lambda edited: edited[:2]) | st.tuples(documents(), documents(lake="another", first=500)))
def test_the_other_way_round_is_the_inverse(pair: tuple[SchemaDocument, SchemaDocument]) -> None:
    there, back = diff(*pair), diff(*reversed(pair))
    assert sorted(map(inverse(there), there.changes), key=repr) == sorted(map(without_hazards, back.changes), key=repr)


@given(edits())
def test_the_same_documents_give_the_same_bytes(edited: Edited) -> None:
    again = [codec.decode(codec.encode(one), SchemaDocument, reader="test", source="test") for one in edited[:2]]
    assert codec.encode(diff(*edited[:2])) == codec.encode(diff(*again))


def moved(document: SchemaDocument, offset: int) -> SchemaDocument:
    """The same schema as another lake would have it: with other ids."""

    def renumbered(column: Column) -> Column:
        return replace(column, id=(column.id or 0) + offset, fields=tuple(map(renumbered, column.fields)))

    tables = tuple(
        replace(one, id=offset, uuid=f"m{offset}{one.uuid}", columns=tuple(map(renumbered, one.columns)))
        for one in document.tables
    )
    return replace(document, lake=Lake(id="another"), tables=tables)


def inverse(diff: DiffDocument) -> Callable[[Change], Change]:
    """Return what a change of the diff is in the diff of the documents the other way round, but for its hazards."""
    old_names = {change.name: change.before for change in diff.changes if change.change == "renamed"}
    kinds = {"added": "removed", "removed": "added"}

    def old_name(change: Change) -> str:
        if change.change == "renamed":
            return change.before or ""
        parents = [parent for parent in old_names if change.name.startswith(f"{parent}.")]
        parent = max(parents, key=len, default="")
        return f"{old_names[parent]}{change.name[len(parent) :]}" if parent else change.name

    def inverted(change: Change) -> Change:
        return replace(
            without_hazards(change),
            change=kinds.get(change.change, change.change),
            name=old_name(change),
            before=change.after,
            after=change.before,
            details=tuple(replace(one, before=one.after, after=one.before) for one in change.details),
        )

    return inverted


def without_hazards(change: Change) -> Change:
    return replace(change, hazards=())
