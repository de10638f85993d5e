"""Statements on views and macros."""

from support.ddl.shape import Shape

PARAMETERS = (
    "a",
    '"A b" INTEGER',
    "c DECIMAL(10,2)",
    "d TIMETZ",
    "e STRUCT(x INTEGER)",
    "f INTEGER[]",
    '"select" DATE',
)
# DuckLake takes only these constants: another one, as [1], commits and leaves a lake that nobody can open again.
DEFAULTED = (
    "g := 5",
    "h VARCHAR := 'it''s'",
    "i := 'NULL'",
    "j := true",
    "k := -1.5",
    "l DATE := DATE '2020-02-29'",
    "m := ''",
)
EXPRESSIONS = ("42", "'a;b'", "1 + 2", "$$it's$$", "(SELECT 1)", "CASE WHEN true THEN 1 END", "{'a': 1}", "[1, 2]")


def create_view(s: Shape, create: str = "CREATE VIEW") -> str:
    aliases = f" ({s.some_name()}, b)" if s.random.random() < 0.3 else ""
    return f"{create} {s.new_full_name()}{aliases} AS SELECT {s.random.choice(EXPRESSIONS)}, * FROM {_source(s)}"


def replace_view(s: Shape) -> str:
    return create_view(s, "CREATE OR REPLACE VIEW")


def _source(s: Shape) -> str:
    return s.full_name(s.table()) if s.random.random() < 0.8 else "range(3) AS t(x)"


def rename_view(s: Shape) -> str:
    return f"ALTER VIEW {s.full_name(s.random.choice(s.schema.views))} RENAME TO {s.some_name()}"


def drop_view(s: Shape) -> str:
    return f"DROP VIEW {s.full_name(s.random.choice(s.schema.views))}"


def create_macro(s: Shape, create: str = "CREATE MACRO") -> str:
    overloads = []
    for count in sorted(s.random.sample(range(4), s.random.randint(1, 3))):
        parameters = [*s.random.sample(PARAMETERS, count), *s.random.sample(DEFAULTED, s.random.randint(0, 2))]
        overloads.append(f"({', '.join(parameters)}) AS {_body(s)}")
    return f"{create} {s.new_full_name()} {', '.join(overloads[:1] if s.random.random() < 0.5 else overloads)}"


def _body(s: Shape) -> str:
    expression = s.random.choice(EXPRESSIONS)
    return f"({expression}, (SELECT count(*) FROM {_source(s)}))" if s.random.random() < 0.4 else expression


def create_table_macro(s: Shape) -> str:
    parameters = ", ".join([*s.random.sample(PARAMETERS, 2), s.random.choice(DEFAULTED)])
    return f"CREATE MACRO {s.new_full_name()} ({parameters}) AS TABLE SELECT * FROM {_source(s)}"


def replace_macro(s: Shape) -> str:
    return create_macro(s, "CREATE OR REPLACE MACRO")


def drop_macro(s: Shape) -> str:
    macro = s.random.choice(s.schema.macros)
    return f"DROP MACRO {'TABLE ' if macro.kind == 'table' else ''}{s.full_name(macro)}"
