"""`python -m ducktracker`."""

from ducktracker.cli import program

program()
