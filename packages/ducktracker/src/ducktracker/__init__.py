"""Schema migrations and drift detection for DuckLake."""
