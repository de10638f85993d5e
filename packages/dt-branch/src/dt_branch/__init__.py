"""A branch of a DuckLake: its metadata copied, its data shared."""
