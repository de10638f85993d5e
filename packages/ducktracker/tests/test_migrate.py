import re

import pytest

from support.project import Project

BIRDS = "CREATE TABLE birds (id INT);"
PONDS = "CREATE TABLE ponds (id INT);"


def scripts(project: Project, *argv: str) -> list[tuple[str, str]]:
    """What became of each migration of a run."""
    return [(item["script"], item["outcome"]) for item in project.main("migrate", "--json", *argv).json["migrations"]]


def tables(project: Project) -> list[str]:
    listed = (
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' AND table_name NOT LIKE 'ducktracker_%'"
    )
    return sorted(name for (name,) in project.sql(listed))


def counts(project: Project) -> dict[str, int]:
    found: dict[str, int] = project.main("info", "--json").json["counts"]
    return found


def test_versions_in_order_then_repeatables_by_description(project: Project) -> None:
    for name in ("R__b.sql", "V10__x.sql", "R__a.sql", "V9__x.sql"):
        project.migration(name, f"CREATE OR REPLACE VIEW {name[:-4]} AS SELECT 1 AS one;")
    ran = project.main("migrate")
    assert (ran.code, ran.err) == (0, "")
    assert re.sub(r"\d+ ms", "N ms", ran.out).splitlines() == [
        "applied  V9__x.sql  (N ms)",
        "applied  V10__x.sql  (N ms)",
        "applied  R__a.sql  (N ms)",
        "applied  R__b.sql  (N ms)",
        "4 migrations applied",
    ]
    assert project.main("migrate") == (0, "nothing to apply\n", "")


def test_nothing_to_apply_makes_no_lake(project: Project) -> None:
    assert project.main("migrate") == (0, "nothing to apply\n", "")
    assert project.main("migrate", "--json").json == {
        "kind": "result",
        "version": 2,
        "dry_run": False,
        "migrations": [],
        "lake_snapshot_before": None,
        "drift": None,
    }
    assert not (project.folder / "lake.db").exists()


def test_the_result_as_json(project: Project) -> None:
    project.migration("V1__birds.sql", BIRDS)
    ran = project.main("migrate", "--json")
    assert (ran.code, ran.err) == (0, "")
    (item,) = ran.json["migrations"]
    made = "SELECT begin_snapshot FROM __ducklake_metadata_lake.ducklake_table WHERE table_name = 'birds'"
    ((snapshot,),) = project.sql(made)
    expected = {"script": "V1__birds.sql", "outcome": "applied", "lake_snapshot": snapshot, "error": None}
    assert expected.items() <= item.items()
    assert item["execution_ms"] >= 0


def test_a_dry_run_without_a_lake_leaves_the_folder_as_it_is(project: Project) -> None:
    project.migration("V1__birds.sql", BIRDS)
    project.migration("R__names.sql", "SELECT 1;")
    before = sorted(project.folder.rglob("*"))
    said = "would apply  V1__birds.sql\nwould apply  R__names.sql\n2 migrations to apply; nothing was executed\n"
    assert project.main("migrate", "--dry-run") == (0, said, "")
    assert sorted(project.folder.rglob("*")) == before


def test_a_dry_run_on_a_lake_leaves_no_snapshot(project: Project) -> None:
    project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    project.migration("V2__ponds.sql", PONDS)
    before = project.sql("SELECT count(*) FROM lake.snapshots()")
    assert scripts(project, "--dry-run") == [("V2__ponds.sql", "skipped")]
    assert project.main("migrate", "--dry-run").out.splitlines()[-1] == "1 migration to apply; nothing was executed"
    assert (project.sql("SELECT count(*) FROM lake.snapshots()"), tables(project)) == (before, ["birds"])


def test_a_target(project: Project) -> None:
    for version in (1, 2, 3):
        project.migration(f"V{version}__x.sql", f"CREATE TABLE t{version} (id INT);")
    project.migration("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT id FROM t3;")
    assert scripts(project, "--target", "2") == [("V1__x.sql", "applied"), ("V2__x.sql", "applied")]
    assert scripts(project, "--target", "V03", "--dry-run") == [("V3__x.sql", "skipped"), ("R__names.sql", "skipped")]
    assert project.main("migrate", "--target", "2") == (0, "nothing to apply\n", "")
    assert scripts(project, "--target=3") == [("V3__x.sql", "applied"), ("R__names.sql", "applied")]


@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--json"]], ids=["run", "dry run", "json"])
def test_a_target_below_the_current_version(project: Project, more: list[str]) -> None:
    project.migration("V3__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    project.migration("V4__ponds.sql", PONDS)
    said = "ducktracker: the lake is already at version 3, above the target 2\n"
    hint = "hint: `ducktracker undo` takes migrations back\n"
    assert project.main("migrate", "--target", "2", *more) == (1, "", said + hint)
    assert counts(project) == {"applied": 1, "pending": 1}


def test_a_version_below_the_current_one(project: Project) -> None:
    project.migration("V3__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    project.migration("V2__late.sql", PONDS)
    project.migration("V4__next.sql", "CREATE TABLE next (id INT);")
    said = "ducktracker: V2__late.sql: version 2 is below 3, the current version of the lake\n"
    hint = "hint: give it a version above 3, or set behavior.out_of_order = true\n"
    assert project.main("migrate") == (1, "", said + hint)
    assert tables(project) == ["birds"]
    allowed = project.with_environment(DUCKTRACKER_OUT_OF_ORDER="yes")
    assert scripts(allowed) == [("V2__late.sql", "applied"), ("V4__next.sql", "applied")]
    assert counts(project) == {"applied": 3}


def test_a_file_that_is_gone_is_no_matter(project: Project) -> None:
    project.migration("V1__birds.sql", BIRDS).unlink()
    path = project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    path.unlink()
    project.migration("V2__ponds.sql", PONDS)
    assert scripts(project) == [("V2__ponds.sql", "applied")]
    assert counts(project) == {"applied": 1, "missing": 1}


@pytest.fixture
def failing(project: Project) -> Project:
    """V1 can be applied; V2 fails at its third line, after a statement that works; V3 comes after."""
    project.migration("V1__birds.sql", BIRDS)
    project.migration("V2__bad.sql", "CREATE TABLE bad (id INT);\n\nINSERT INTO birds\n  SELECT 'quack';\nSELECT 1;\n")
    project.migration("V3__ponds.sql", PONDS)
    return project


def test_a_failing_statement_in_the_middle(failing: Project) -> None:
    ran = failing.main("migrate")
    assert ran.code == 4
    assert re.sub(r"\d+ ms", "N ms", ran.out) == "applied  V1__birds.sql  (N ms)\n1 migration applied\n"
    assert ran.err == (
        "ducktracker: V2__bad.sql:3: Conversion Error: Could not convert string 'quack' to INT32\n"
        "  | INSERT INTO birds\n"
        "  |   SELECT 'quack'\n"
        "hint: V2__bad.sql was rolled back; fix it and run `ducktracker migrate` again\n"
    )
    assert tables(failing) == ["birds"]
    assert failing.sql("SELECT count(*) FROM birds") == [(0,)]
    assert counts(failing) == {"applied": 1, "failed": 1, "pending": 1}


def test_a_failing_statement_as_json(failing: Project) -> None:
    ran = failing.main("migrate", "--json")
    assert ran.code == 4
    assert [(item["script"], item["outcome"]) for item in ran.json["migrations"]] == [
        ("V1__birds.sql", "applied"),
        ("V2__bad.sql", "failed"),
        ("V3__ponds.sql", "skipped"),
    ]
    assert [item["error"] for item in ran.json["migrations"]] == [
        None,
        "Conversion Error: Could not convert string 'quack' to INT32",
        None,
    ]


def test_a_failed_migration_is_tried_again_and_then_mended(failing: Project) -> None:
    assert [failing.main("migrate").code, failing.main("migrate").code] == [4, 4]
    failing.migration("V2__bad.sql", "CREATE TABLE good (id INT);")
    assert scripts(failing) == [("V2__bad.sql", "applied"), ("V3__ponds.sql", "applied")]
    assert (tables(failing), counts(failing)) == (["birds", "good", "ponds"], {"applied": 3})


def test_drift_compares_with_what_came_before_a_failure(failing: Project) -> None:
    assert failing.main("migrate").code == 4
    assert failing.main("drift").code == 0
    failing.sql("DROP TABLE birds")
    assert failing.main("drift").code == 1


def test_a_repeatable_is_applied_when_it_changes(project: Project) -> None:
    texts = ["CREATE OR REPLACE VIEW v AS SELECT 1 AS n;", "CREATE OR REPLACE VIEW v AS SELECT 2 AS n;"]
    for number, text in enumerate([*texts, texts[0]], start=1):
        project.migration("R__v.sql", text)
        assert scripts(project) == [("R__v.sql", "applied")]
        assert scripts(project) == []
        assert project.sql("SELECT n FROM v") == [(1 if number != 2 else 2,)]


def test_a_repeatable_fails_and_is_put_back(project: Project) -> None:
    project.migration("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS n;")
    assert project.main("migrate").code == 0
    project.migration("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT missing;")
    assert project.main("migrate").code == 4
    assert (project.sql("SELECT n FROM v"), counts(project)) == ([(1,)], {"failed": 1})
    project.migration("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS n;")
    assert (scripts(project), counts(project)) == ([], {"applied": 1})


def test_a_renamed_file_is_the_same_version(project: Project) -> None:
    path = project.migration("V1__birds.sql", BIRDS)
    assert project.main("migrate").code == 0
    path.rename(path.with_name("V01__all_birds.sql"))
    assert (scripts(project), counts(project)) == ([], {"applied": 1})


def test_a_baseline_and_then_what_is_above_it(project: Project) -> None:
    project.sql("CREATE TABLE birds (id INT)")
    for version in (1, 2, 3, 4):
        project.migration(f"V{version}__x.sql", f"CREATE TABLE t{version} (id INT);")
    assert project.main("baseline", "--version", "3").code == 0
    assert scripts(project) == [("V4__x.sql", "applied")]
    assert tables(project) == ["birds", "t4"]
    assert project.main("drift").code == 0


def test_a_schema_and_data_in_one_migration(project: Project) -> None:
    project.migration(
        "V1__all.sql",
        "CREATE SCHEMA raw;\nCREATE TABLE raw.t AS SELECT range AS i FROM range(1000);\n"
        "CREATE TABLE total AS SELECT sum(i) AS n FROM raw.t;\nPIVOT raw.t ON i IN (1, 2) USING count(*);",
    )
    assert project.main("migrate").code == 0
    assert project.sql("SELECT n FROM total") == [(499500,)]


def test_a_commit_names_version_and_script(project: Project) -> None:
    project.migration("V1__birds.sql", BIRDS)
    project.migration("V2__own.sql", f"CALL lake.set_commit_message('ann', 'my own'); {PONDS}")
    assert project.main("migrate").code == 0
    messages = [message or "" for (message,) in project.sql("SELECT commit_message FROM lake.snapshots()")]
    assert [message for message in messages if re.fullmatch(r"ducktracker [0-9.]+: V1__birds\.sql", message)]
    assert "my own" in messages
    assert not [message for message in messages if "V2__own" in message]
