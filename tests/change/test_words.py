"""Which words need quotes is what DuckDB says."""

import duckdb

from dt_diff.sql.keywords import QUOTED


def test_reserved_words_are_those_of_duckdb() -> None:
    query = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
    with duckdb.connect() as connection:
        assert {row[0] for row in connection.execute(query).fetchall()} == QUOTED
