"""Makes two small projects with ducktracker 0.1.0: `history`, a lake with migrations, and `baseline`, a baselined one.

    python make.py FOLDER

It needs Python >= 3.12, ducktracker==0.1.0, duckdb==1.5.5 and duckdb-extension-ducklake==1.5.5.
How lakes.tar.xz, beside this script, was made:

    python make.py /tmp/lakes
    tar --owner=0 --group=0 -cJf lakes.tar.xz -C /tmp/lakes history baseline
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import duckdb_extension_ducklake

EXTENSIONS = Path(duckdb_extension_ducklake.__file__).parent / "extensions" / f"v{duckdb.__version__}"

CONFIG = """\
[connection]
catalog_name = "pond"
catalog_backend = "duckdb"
duckdb_metadata_path = "ducklake_metadata.db"
{more}
[migrations]
directory = "migrations"
schema_history_table = "ducktracker_schema_history"
target_schema = "main"

[behavior]
validate_on_migrate = true
"""

BIRDS = """\
CREATE TABLE birds (
    id BIGINT NOT NULL,
    name VARCHAR DEFAULT 'unnamed',
    seen STRUCT(place VARCHAR, times TIMESTAMP[])
);
INSERT INTO birds SELECT range, 'bird ' || range, NULL FROM range(200);
"""
PONDS = "-- From Windows.\r\nCREATE TABLE ponds (id INTEGER, area DOUBLE);\r\nCOMMENT ON TABLE ponds IS 'a;b';\r\n"
RINGS_WRONG = "CREATE TABLE rings (code VARCHAR);\nALTER TABLE rings ADD COLUMN bird missing_type;\n"
RINGS = "CREATE TABLE rings (code VARCHAR, bird BIGINT);\n"
RENAMED = "ALTER TABLE rings RENAME COLUMN code TO ring;\nALTER TABLE ponds ALTER COLUMN id SET DATA TYPE BIGINT;\n"
COUNTS = "CREATE OR REPLACE VIEW bird_counts AS SELECT name, count(*) AS n FROM birds GROUP BY name;\n"
MACRO = "CREATE OR REPLACE MACRO hectares(area) AS area / 10000;\n"


def main(target: Path) -> None:
    """Make both projects in `target`."""
    make_history(project(target / "history"))
    make_baseline(project(target / "baseline", 'data_path = "data"\n'))


def make_history(folder: Path) -> None:
    """V1 to V4 and two repeatables, in three runs; V3 failed once, was corrected, and succeeded."""
    write(folder, "V1__birds.sql", BIRDS)
    write(folder, "V2__ponds.sql", PONDS)
    write(folder, "R__bird_counts.sql", COUNTS)
    ducktracker(folder, "migrate")
    write(folder, "V3__rings.sql", RINGS_WRONG)
    ducktracker(folder, "migrate", code=1)
    write(folder, "V3__rings.sql", RINGS)
    write(folder, "V4__names.sql", RENAMED)
    write(folder, "R__hectares.sql", MACRO)
    ducktracker(folder, "migrate")
    ducktracker(folder, "drift")


def make_baseline(folder: Path) -> None:
    """A lake that was there before, baselined at 3; its data path is relative."""
    with duckdb.connect() as connection:
        connection.execute(f"LOAD '{EXTENSIONS}/ducklake.duckdb_extension'")
        connection.execute(f"ATTACH 'ducklake:{folder}/ducklake_metadata.db' AS pond (DATA_PATH 'data/')")
        connection.execute("CREATE TABLE pond.main.ponds (id INTEGER, area DOUBLE)")
    for version, name in enumerate(("ponds", "reeds", "frogs"), start=1):
        write(folder, f"V{version}__{name}.sql", f"CREATE TABLE {name} (id INTEGER, area DOUBLE);\n")
    ducktracker(folder, "baseline", "--version", "3", "--description", "what was there")


def project(folder: Path, more: str = "") -> Path:
    (folder / "migrations").mkdir(parents=True)
    (folder / "ducktracker.toml").write_text(CONFIG.format(more=more))
    return folder


def write(folder: Path, name: str, sql: str) -> None:
    (folder / "migrations" / name).write_text(sql, newline="")


def ducktracker(folder: Path, *argv: str, code: int = 0) -> None:
    """Run ducktracker 0.1.0 in the folder, with a home of its own, since it installs the extension there."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HOME": home, "DUCKTRACKER_EXTENSIONS_PATH": str(EXTENSIONS)}
        ended = subprocess.run([sys.executable, "-m", "ducktracker", *argv], cwd=folder, env=environment)
    if ended.returncode != code:
        raise SystemExit(f"ducktracker {' '.join(argv)} in {folder} ended with {ended.returncode}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
