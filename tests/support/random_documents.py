"""Random schemas as a lake would tell them. What has one name in two of them has types that can be cast."""

from random import Random

from dt_contract.schema import Column, Macro, Overload, Parameter, Schema, SchemaDocument, Table, View

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "DOUBLE", "FLOAT", "DECIMAL(10,2)", "VARCHAR")
WIDENED = ("SMALLINT", "INTEGER", "BIGINT", "DOUBLE")
TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S")
SHAPES = ("number", "time", "struct", "list", "map", "other")
COLUMNS = {
    "number": ("id", "n", "N", "order", "two words", 'quo"te'),
    "time": ("at", "seen"),
    "struct": ("place", "Größe"),
    "list": ("tags",),
    "map": ("by key",),
    "other": ("uuid", "blob", "json"),
}
TABLES = ("birds", "Birds", "ponds", "table", "a.b", "nests")
SCHEMAS = ("main", "main", "s", "odd schema")
DEFAULTS = {"number": ("7", "1"), "time": ("now()", "'2020-01-01'", "today()")}
OTHERS = {"uuid": "UUID", "blob": "BLOB", "json": "JSON"}


class RandomSchema:
    """Documents of one source of chance."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def document(self) -> SchemaDocument:
        """Return a document of what no lake has yet."""
        r = self._random
        schemas = [Schema(name="main", options=self._options())]
        schemas += [Schema(name=name, options=self._options()) for name in ("odd schema", "s") if self._chance(0.6)]
        names = {schema.name for schema in schemas}
        places = sorted({(r.choice(SCHEMAS), r.choice(TABLES)) for _ in range(r.randint(1, 3))})
        places = [place for place in self._distinct(places) if place[0] in names] or [("main", "birds")]
        tables = [self._table(*place) for place in places]
        return SchemaDocument(
            schemas=tuple(sorted(schemas, key=lambda schema: schema.name)),
            tables=tuple(tables),
            views=tuple(self._views(tables)),
            macros=tuple(self._macros(tables)),
            options={"parquet_compression": r.choice(("zstd", "snappy"))} if self._chance(0.5) else {},
        )

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _options(self) -> dict[str, str]:
        return {"target_file_size": self._random.choice(("5000000", "7000"))} if self._chance(0.2) else {}

    def _distinct(self, places: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """DuckDB takes names for the same in any case of letters."""
        return list({(schema, name.lower()): (schema, name) for schema, name in places}.values())

    def _table(self, schema: str, name: str) -> Table:
        r = self._random
        names: dict[str, tuple[str, str]] = {}
        for shape in r.choices(SHAPES, (5, 2, 2, 1, 1, 1), k=r.randint(1, 6)):
            column = r.choice(COLUMNS[shape])
            names.setdefault(column.lower(), (column, shape))
        columns = tuple(self._column(column, shape) for column, shape in names.values())
        keys = [column.name for column in columns if not column.fields and column.type not in ("JSON", "BLOB")]
        written = [key if key.isidentifier() else '"' + key.replace('"', '""') + '"' for key in keys]
        return Table(
            schema=schema,
            name=name,
            comment=self._comment(),
            columns=columns,
            partition_by=(r.choice(written),) if written and self._chance(0.2) else (),
            sorted_by=(f"{self._quoted(r.choice(keys))} DESC NULLS LAST",) if keys and self._chance(0.2) else (),
            options=self._options(),
        )

    def _quoted(self, name: str) -> str:
        plain = name.isidentifier() and name.isascii() and name not in ("order", "at", "table", "json")
        return name if plain else '"' + name.replace('"', '""') + '"'

    def _comment(self) -> str | None:
        return self._random.choice((None, None, "it's", "two\nlines"))

    def _column(self, name: str, shape: str) -> Column:
        column = self._shaped(name, shape, depth=0)
        default = self._random.choice(DEFAULTS[shape]) if shape in DEFAULTS and self._chance(0.3) else None
        if default in ("7", "1") and column.type == "VARCHAR":
            default = f"'{default}'"
        return Column(
            name=name,
            type=column.type,
            fields=column.fields,
            nullable=not self._chance(0.25),
            default=default,
            comment=self._comment(),
        )

    def _shaped(self, name: str, shape: str, depth: int) -> Column:
        r = self._random
        match shape:
            case "number":
                return Column(name=name, type=r.choice(NUMBERS if depth == 0 else WIDENED))
            case "time":
                return Column(name=name, type=r.choice(TIMES))
            case "other":
                return Column(name=name, type=OTHERS[name])
            case "struct":
                names = r.sample(("x", "y", "z", "in"), r.randint(1, 3))
                fields = tuple(
                    self._shaped(field, "struct" if field == "in" and depth < 2 else "number", depth + 1)
                    for field in names
                )
                inner = ", ".join(f"{self._field(field.name)} {field.type}" for field in fields)
                return Column(name=name, type=f"STRUCT({inner})", fields=fields)
            case "list":
                element = self._shaped("element", "struct" if self._chance(0.5) else "number", 2)
                return Column(name=name, type=f"{element.type}[]", fields=(element,))
            case _:
                value = self._shaped("value", "struct" if self._chance(0.5) else "number", 2)
                key = Column(name="key", type="VARCHAR")
                return Column(name=name, type=f"MAP(VARCHAR, {value.type})", fields=(key, value))

    def _field(self, name: str) -> str:
        return '"in"' if name == "in" else name

    def _views(self, tables: list[Table]) -> list[View]:
        views: list[View] = []
        for number, table in enumerate(tables):
            if self._chance(0.4):
                name = self._random.choice((f"v{number}", "seen", "Seen"))
                if (table.schema, name.lower()) in {(view.schema, view.name.lower()) for view in views}:
                    continue
                source = f"{self._quoted(table.schema)}.{self._quoted(table.name)}"
                what = self._random.choice(("*", self._quoted(table.columns[0].name), "1 AS one"))
                sql = f"SELECT {what} FROM {source}"
                views.append(View(schema=table.schema, name=name, sql=sql, comment=self._comment()))
        if views and self._chance(0.5):
            sql = f"SELECT * FROM {self._quoted(views[0].schema)}.{self._quoted(views[0].name)}"
            views.append(View(schema="main", name="all_of", sql=sql))
        return sorted(views, key=lambda view: (view.schema, view.name))

    def _macros(self, tables: list[Table]) -> list[Macro]:
        macros = []
        if self._chance(0.5):
            bodies = self._random.choice((("(x * 2)",), ("x", "(x + y)")))
            parameters = ((Parameter(name="x"),), (Parameter(name="x"), Parameter(name="y", default="2")))
            overloads = tuple(Overload(parameters=p, sql=sql) for p, sql in zip(parameters, bodies, strict=False))
            macros.append(Macro(schema="main", name="m", kind="scalar", overloads=overloads))
        if tables and self._chance(0.4):
            table = self._random.choice(tables)
            sql = f"SELECT * FROM {self._quoted(table.schema)}.{self._quoted(table.name)} LIMIT n"
            overload = Overload(parameters=(Parameter(name="n"),), sql=sql)
            macros.append(Macro(schema=table.schema, name="few", kind="table", overloads=(overload,)))
        return sorted(macros, key=lambda macro: (macro.schema, macro.name))
