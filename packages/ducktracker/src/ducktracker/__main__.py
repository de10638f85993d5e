"""`python -m ducktracker`."""

from ducktracker.cli.main import program

program()
