"""The formats of a diff, apart from the renderers so that a parser can name them without loading any."""

from typing import Literal, get_args

Format = Literal["json", "text", "github", "junit"]
FORMATS: tuple[Format, ...] = get_args(Format)
SQL = "sql"
"""Not a format of the diff: the SQL that turns the first schema into the second."""
