"""What every command's parser has in common."""

import argparse
from typing import NoReturn

from dt_contract.errors import InputError


class Parser(argparse.ArgumentParser):
    """An argparse parser whose usage errors are errors like all others: one line, exit 2."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message, hint=f"{self.prog} --help")
