import pytest

from support.project import Project


@pytest.fixture
def lake(project: Project) -> Project:
    """One of each: applied, missing, outdated, failed, out of order, pending."""
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    project.migration("V3__gone.sql", "CREATE TABLE gone (id INT);")
    project.migration("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT id FROM birds;")
    assert project.main("migrate").code == 0
    project.migration("V4__bad.sql", "CREATE TABLE bad AS SELECT missing;")
    assert project.main("migrate").code == 4
    (project.folder / "migrations" / "V3__gone.sql").unlink()
    project.migration("R__names.sql", "CREATE OR REPLACE VIEW names AS SELECT id + 1 AS id FROM birds;")
    project.migration("V2__late.sql", "CREATE TABLE late (id INT);")
    project.migration("V5__next.sql", "CREATE TABLE next (id INT);")
    return project


def test_the_states(lake: Project) -> None:
    before = lake.sql("SELECT count(*) FROM lake.snapshots()")
    document = lake.main("info", "--json").json
    assert [(item["script"], item["state"]) for item in document["migrations"]] == [
        ("V1__birds.sql", "applied"),
        ("V2__late.sql", "out-of-order"),
        ("V3__gone.sql", "missing"),
        ("V4__bad.sql", "failed"),
        ("V5__next.sql", "pending"),
        ("R__names.sql", "outdated"),
    ]
    assert (document["kind"], document["current_version"]) == ("status", 3)
    assert document["counts"] == dict.fromkeys(sorted({item["state"] for item in document["migrations"]}), 1)
    table = lake.main("info")
    assert (table.code, table.err) == (0, "")
    lines = table.out.splitlines()
    assert lines[0].split() == ["Version", "Description", "Type", "State", "Applied", "on", "Checksum"]
    assert [line.split()[:2] for line in lines[1:6]] == [
        [str(number), name] for number, name in enumerate(("birds", "late", "gone", "bad", "next"), start=1)
    ]
    assert lake.sql("SELECT count(*) FROM lake.snapshots()") == before


def test_a_row_of_the_table(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    assert project.main("migrate").code == 0
    (item,) = project.main("info", "--json").json["migrations"]
    applied_on = item["installed_on"].replace("T", " ")[:19]
    row = project.main("info").out.splitlines()[1]
    assert row.split(maxsplit=4) == ["1", "birds", "versioned", "applied", f"{applied_on}  {item['checksum'][:12]}"]


def test_without_a_lake_everything_is_pending(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    ran = project.main("info")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[1].split()[:4] == ["1", "birds", "versioned", "pending"]
    assert ran.out.splitlines()[2:] == ["There is no lake yet; `ducktracker migrate` creates it."]
    assert not (project.folder / "lake.db").exists()


def test_without_a_lake_json_is_the_document_alone(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    ran = project.main("info", "--json")
    assert (ran.code, ran.err, ran.json["counts"]) == (0, "", {"pending": 1})


def test_nothing_at_all(project: Project) -> None:
    ran = project.main("info", "--exit-code")
    assert (ran.code, ran.err) == (0, "")


def test_exit_code(project: Project) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    assert project.main("info", "--exit-code").code == 1
    assert project.main("migrate").code == 0
    assert project.main("info", "--exit-code").code == 0
    (project.folder / "migrations" / "V1__birds.sql").unlink()
    assert project.main("info", "--exit-code").code == 0


@pytest.mark.parametrize(
    ("name", "state"),
    [
        pytest.param("V2__bad.sql", "failed", id="failed"),
        pytest.param("V0__late.sql", "out-of-order", id="out of order"),
        pytest.param("R__names.sql", "outdated", id="outdated"),
    ],
)
def test_exit_code_of_what_else_waits(project: Project, name: str, state: str) -> None:
    project.migration("V1__birds.sql", "CREATE TABLE birds (id INT);")
    project.migration("R__names.sql", "SELECT 1;")
    assert project.main("migrate").code == 0
    project.migration(name, "SELECT missing;")
    if state == "failed":
        assert project.main("migrate").code == 4
    ran = project.main("info", "--exit-code", "--json")
    assert (ran.code, ran.json["counts"][state]) == (1, 1)


def test_a_baseline(project: Project) -> None:
    project.sql("CREATE TABLE birds (id INT)")
    assert project.main("baseline", "--version", "3", "-d", "was there").code == 0
    for version in (1, 3, 4):
        project.migration(f"V{version}__x.sql", "SELECT 1;")
    document = project.main("info", "--json").json
    assert (document["current_version"], document["counts"]) == (3, {"baselined": 3, "pending": 1})


def test_a_description_of_any_letters(project: Project) -> None:
    project.migration("V1__鳥を飼う.sql", "CREATE TABLE birds (id INT);")
    project.migration("V2__b.sql", "CREATE TABLE b (id INT);")
    assert project.main("migrate").code == 0
    first, second = project.main("info").out.splitlines()[1:]
    assert first.startswith("1        鳥を飼う     versioned")
    assert second.startswith("2        b            versioned")


def test_an_ascii_terminal_gets_escapes(project: Project) -> None:
    project.migration("V1__é.sql", "SELECT 1;")
    ran = project.with_environment(PYTHONIOENCODING="ascii").run("info")
    assert (ran.code, ran.err) == (0, "")
    assert "\\xe9" in ran.out
