"""The SQL that turns one schema into another."""
