"""adopt, where a repeatable migration would undo what is adopted, or fails after it."""

from support.hotfix import BEFORE, by_hand, files, is_clean
from support.project import Project


def test_a_repeatable_migration_that_would_undo_it(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__users.sql", BEFORE)
    duckdb_project.migration("R__emails.sql", "CREATE OR REPLACE VIEW emails AS SELECT email FROM users;")
    assert duckdb_project.main("migrate").code == 0
    by_hand(
        duckdb_project, ["CREATE OR REPLACE VIEW emails AS SELECT id, email FROM users", "CREATE TABLE n (i INTEGER)"]
    )
    ran = duckdb_project.main("adopt", "emails", "--yes")
    assert ran.code == 2
    assert ran.err.splitlines() == [
        "ducktracker: R__emails.sql: makes view main.emails again as it was, wherever it runs after the new migration",
        "hint: make the change in R__emails.sql and run `ducktracker migrate`; --only adopts the rest",
    ]
    assert files(duckdb_project) == ["R__emails.sql", "V1__users.sql"]
    assert duckdb_project.main("adopt", "n", "--only", "main.n", "--yes").code == 0
    duckdb_project.migration("R__emails.sql", "CREATE OR REPLACE VIEW emails AS SELECT id, email FROM users;")
    assert duckdb_project.main("migrate").code == 0
    is_clean(duckdb_project)


def test_a_repeatable_migration_that_fails_afterwards(duckdb_project: Project) -> None:
    duckdb_project.migration("V1__users.sql", BEFORE)
    duckdb_project.migration("R__regions.sql", "CREATE OR REPLACE VIEW countries AS SELECT country FROM users;")
    assert duckdb_project.main("migrate").code == 0
    by_hand(duckdb_project, ["ALTER TABLE users RENAME country TO region"])
    ran = duckdb_project.main("adopt", "region", "--yes")
    assert ran.code == 0
    said = "ducktracker: R__regions.sql:1: this repeatable migration fails after the new one: Binder Error: "
    assert ran.err.startswith(said)
    assert len(ran.err.splitlines()) == 1
