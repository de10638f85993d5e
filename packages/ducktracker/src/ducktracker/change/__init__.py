"""SQL that people would else write: a dump, drift as a migration, the migration to a schema."""
