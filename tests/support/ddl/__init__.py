"""Random DDL: one statement that a lake of a given schema may take, of every kind that DuckLake knows."""

from support.ddl.dice import Dice
from support.ddl.walk import Walk

__all__ = ["Dice", "Walk"]
