"""Random statements of people and of migrations, on a few tables, views and macros of two schemas."""

import re
from typing import NamedTuple

from hypothesis import strategies as st


class Turn(NamedTuple):
    """A statement that somebody executes by hand, or a migration; `kept` says whether the run lived to its copy."""

    by_hand: bool
    statement: str
    kept: bool = True


def one_of(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


def filled(form: str) -> st.SearchStrategy[str]:
    """Return statements of a form: S is a schema, T a table, X a view, C a column, Y a type, V and W a value.

    Tables and views now and then take each other's names.
    """
    parts = {
        "S": one_of("s1", "s2"),
        "T": one_of("s1.a", "s1.a", "s1.a", "s1.b", "s2.a"),
        "X": one_of("s1.w", "s1.w", "s2.w", "s1.b"),
        "N": one_of("a", "b", "c", "w"),
        "C": one_of("p", "q", "v"),
        "Y": one_of("INTEGER", "INTEGER", "BIGINT", "VARCHAR", "STRUCT(p INTEGER, q INTEGER)"),
        "V": one_of("1", "2", "NULL"),
        "W": one_of("'x'", "'y'", "NULL"),
    }
    words = re.split(r"<(.)>", form)
    return st.tuples(*(parts[word] if place % 2 else st.just(word) for place, word in enumerate(words))).map("".join)


_OF_COLUMNS = (
    *("ALTER TABLE <T> ADD COLUMN <C> <Y>", "ALTER TABLE <T> DROP COLUMN <C>", "ALTER TABLE <T> RENAME <C> TO <C>"),
    *("ALTER TABLE <T> ALTER <C> TYPE BIGINT", "ALTER TABLE <T> ALTER <C> SET DEFAULT <V>"),
    *("ALTER TABLE <T> ADD COLUMN r.<C> INTEGER", "ALTER TABLE <T> RENAME r.<C> TO <C>"),
    *("ALTER TABLE <T> SET PARTITIONED BY (<C>)", "ALTER TABLE <T> SET SORTED BY (<C>)"),
    *("COMMENT ON TABLE <T> IS <W>", "COMMENT ON COLUMN <T>.<C> IS <W>"),
)

FORMS = (
    *_OF_COLUMNS * 4,
    *("ALTER TABLE <T> ALTER <C> SET NOT NULL", "ALTER TABLE <T> ALTER <C> DROP NOT NULL"),
    *("ALTER TABLE <T> RESET PARTITIONED BY", "ALTER TABLE <T> RESET SORTED BY"),
    *("CREATE TABLE <T> (p <Y>, q <Y>)", "CREATE TABLE <T> (q INTEGER, p <Y> DEFAULT NULL, r DATE)"),
    *("ALTER TABLE <T> RENAME TO <N>", "DROP TABLE <T>", "CREATE OR REPLACE TABLE <T> (p <Y>, r <Y>)") * 2,
    *("CREATE VIEW <X> AS SELECT <V> AS x", "CREATE OR REPLACE VIEW <X> AS SELECT <V> AS x", "DROP VIEW <X>"),
    *("ALTER VIEW <X> RENAME TO <N>", "COMMENT ON VIEW <X> IS <W>"),
    *("CREATE OR REPLACE MACRO <S>.m(x) AS <V>", "DROP MACRO <S>.m", "CREATE MACRO <S>.m(x) AS <V>"),
    *("DROP SCHEMA <S> CASCADE", "CREATE SCHEMA <S>"),
)

STATEMENTS = st.sampled_from(FORMS).flatmap(filled)

TURNS = st.lists(
    st.builds(Turn, st.booleans(), STATEMENTS, st.sampled_from((True, True, False))), min_size=8, max_size=14
)
