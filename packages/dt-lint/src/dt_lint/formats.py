"""The formats of findings, apart from the renderers so that a parser can name them without loading any."""

from typing import Literal, get_args

Format = Literal["json", "text", "github"]
FORMATS: tuple[Format, ...] = get_args(Format)
