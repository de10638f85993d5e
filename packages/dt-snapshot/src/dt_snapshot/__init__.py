"""The schema of a DuckLake, now or at any of its snapshots."""
