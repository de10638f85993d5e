from support.postgres import postgres
from support.project import duckdb_project, postgres_project, project, sqlite_project
from support.rich_lake import rich_lake, rich_lake_server

__all__ = [
    "duckdb_project",
    "postgres",
    "postgres_project",
    "project",
    "rich_lake",
    "rich_lake_server",
    "sqlite_project",
]
