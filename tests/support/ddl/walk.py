"""A random walk: a new lake, and the dice that say what is done to it."""

from random import Random
from typing import NamedTuple

from dt_lake.lake import Lake


class Walk(NamedTuple):
    """`number` is of how many steps it is to be."""

    lake: Lake
    random: Random
    number: int
