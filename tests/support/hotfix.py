"""A lake that somebody changes by hand, and what is to be right once the change is adopted."""

from support.lakes import attached
from support.project import Project

BEFORE = """
CREATE TABLE users (id BIGINT NOT NULL, email VARCHAR, country VARCHAR);
CREATE TABLE old (i INTEGER);
CREATE VIEW emails AS SELECT email FROM users;
INSERT INTO users VALUES (1, 'a@x', 'NL'), (2, 'b@x', 'DE');
"""
FILE = "V2__phone_numbers.sql"
"""What `adopt "phone numbers"` writes."""


def by_hand(project: Project, statements: tuple[str, ...] | list[str], message: str = "incident 4711") -> None:
    with attached(project.source, project.data_path) as lake:
        lake.execute("BEGIN")
        lake.execute("CALL ducklake_set_commit_message('lake', 'bob', ?)", [message])
        for statement in statements:
            lake.execute(statement)
        lake.execute("COMMIT")


def files(project: Project) -> list[str]:
    return sorted(path.name for path in (project.folder / "migrations").iterdir())


def lake_snapshot(project: Project) -> int:
    return int(project.sql("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")[0][0])


def is_clean(project: Project) -> None:
    info = project.main("info", "--json").json
    assert set(info["counts"]) == {"applied"}, info
    for command in (["validate", "--strict"], ["drift"], ["drift", "--against", "files"]):
        ran = project.main(*command)
        assert ran.code == 0, (command, ran.out, ran.err)


def fingerprint(project: Project) -> str:
    return str(project.call("dt-snapshot").json["fingerprint"])
