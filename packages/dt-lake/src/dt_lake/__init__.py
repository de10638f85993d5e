"""How one reaches a DuckLake: extensions, attach, transactions."""
