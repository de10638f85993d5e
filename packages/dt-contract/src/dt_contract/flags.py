"""What every command's parser has in common: help that begins with examples, --version, --print-schema."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from dt_contract import __version__
from dt_contract.errors import InputError

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class Parser(argparse.ArgumentParser):
    """An argparse parser whose usage errors are like all other errors: one line and exit 2.

    `document` is the kind that the command writes, for --print-schema; `engines` gives the versions of what
    the command runs on, for --version; `versioned` is false for a subcommand.
    """

    def __init__(
        self,
        prog: str,
        *,
        description: str | None = None,
        examples: str = "",
        document: str | None = None,
        engines: Callable[[], str] | None = None,
        versioned: bool = True,
    ) -> None:
        formatter = argparse.RawDescriptionHelpFormatter
        super().__init__(prog, description=description, allow_abbrev=False, formatter_class=formatter)
        self._examples = examples
        if versioned:
            self.add_argument(
                "--version", action=_Print, text=lambda: _version(prog, engines), help="print the versions and exit"
            )
        if document:
            self.add_argument(
                "--print-schema",
                action=_Print,
                text=lambda: json_schema(document),
                help=f"print the JSON Schema of the {document} document and exit",
            )

    def error(self, message: str) -> NoReturn:
        """Raise InputError, which the boundary prints."""
        raise InputError(message, hint=f"{self.prog} --help")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Say which command was meant, where argparse would list all of them."""
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            from difflib import get_close_matches

            near = get_close_matches(str(value), list(action.choices), n=1)
            hint = f"did you mean `{self.prog} {near[0]}`?" if near else f"{self.prog} --help"
            raise InputError(f"there is no command {value!r}", hint=hint)
        super()._check_value(action, value)

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        """Have the boundary tell of a stream that can't be written; argparse would say nothing of it."""
        stream = file or sys.stderr
        if message and stream is not None:
            stream.write(message)
            if sys.stdout is not None:
                sys.stdout.flush()

    def format_help(self) -> str:
        """Return the help, examples first."""
        return (f"{self._examples.strip()}\n\n" if self._examples else "") + super().format_help()


def json_schema(kind: str) -> str:
    """Return the JSON Schema of a document kind as it is shipped with this package."""
    from importlib.resources import files

    return (files("dt_contract") / "schemas" / f"{kind}.json").read_text(encoding="utf-8")


class _Print(argparse.Action):
    def __init__(self, *, text: Callable[[], str], **settings: Any) -> None:
        super().__init__(nargs=0, **(settings | {"dest": argparse.SUPPRESS}))
        self._text = text

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        sys.stdout.write(self._text())
        sys.stdout.flush()
        parser.exit()


def _version(prog: str, engines: Callable[[], str] | None) -> str:
    return f"{prog} {__version__}" + (f" ({engines()})" if engines else "") + "\n"
