from support.postgres import postgres
from support.project import duckdb_project, postgres_project, project

__all__ = ["duckdb_project", "postgres", "postgres_project", "project"]
