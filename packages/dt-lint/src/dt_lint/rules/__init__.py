"""What a migration must not do in a DuckLake: one rule a file, which holds it as `RULE`."""
