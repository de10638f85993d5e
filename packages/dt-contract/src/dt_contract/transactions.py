"""Which migrations share a transaction: the one list for `--transaction`, `behavior.transaction` and documents."""

from typing import Literal, get_args

Shared = Literal["each", "group", "all"]
"""How a run goes about it."""
Mode = Literal["auto", Shared]
"""What a user may ask for; `auto` depends on how many migrations are pending."""
MODES: tuple[Mode, ...] = get_args(Mode)
