"""What the SQL of a migration is, and what it must not do in a DuckLake."""
