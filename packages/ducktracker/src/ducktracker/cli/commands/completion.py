"""ducktracker completion: what a shell is told so that it completes commands and flags."""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from dt_contract.exits import Exit
from dt_contract.flags import Parser
from ducktracker.cli.arguments import Commands, add_command

_BASH = """\
_ducktracker() {
    local word=${COMP_WORDS[COMP_CWORD]} path= words= i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$path ${COMP_WORDS[i]}" in
PATHS        esac
    done
    case "$path" in
WORDS    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _ducktracker ducktracker
"""
_ZSH = "autoload -U +X bashcompinit && bashcompinit\n"


class Completion(NamedTuple):
    """A word that may follow some commands, such as `branch`, and what it does."""

    after: tuple[str, ...]
    word: str
    about: str


def add(commands: Commands) -> Parser:
    """Add the parser."""
    about = "print the code that makes a shell complete commands and flags"
    completion = add_command(commands, "completion", about, connects=False)
    how = 'bash, zsh: eval "$(ducktracker completion bash)"; fish: ducktracker completion fish | source'
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help=how)
    return completion


def run(arguments: argparse.Namespace) -> int:
    """Print it."""
    from ducktracker.cli.parser import parser

    found = list(completions(parser()))
    match arguments.shell:
        case "fish":
            print("".join(map(_fish_line, found)), end="")
        case "zsh":
            print(_ZSH + _bash(found), end="")
        case _:
            print(_bash(found), end="")
    return Exit.DONE


def completions(parser: argparse.ArgumentParser, after: tuple[str, ...] = ()) -> Iterator[Completion]:
    """Return the commands and long flags of a parser, and those of its commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield Completion(after, name, helps.get(name, ""))
                yield from completions(command, (*after, name))
        yield from (
            Completion(after, flag, action.help or "") for flag in action.option_strings if flag.startswith("--")
        )


def _bash(found: list[Completion]) -> str:
    words = defaultdict(list)
    for item in found:
        words["".join(f" {name}" for name in item.after)].append(item.word)
    paths = [f"            '{path}') path='{path}' ;;\n" for path in words if path]
    cases = [f"        '{path}') words='{' '.join(known)}' ;;\n" for path, known in words.items()]
    return _BASH.replace("PATHS", "".join(paths)).replace("WORDS    esac", "".join(cases) + "    esac")


def _fish_line(item: Completion) -> str:
    seen = " && ".join(f"__fish_seen_subcommand_from {name}" for name in item.after) or "__fish_use_subcommand"
    what = f"-l {item.word.removeprefix('--')}" if item.word.startswith("--") else f"-f -a {item.word}"
    about = item.about.replace("\\", "\\\\").replace("'", "\\'")
    return f"complete -c ducktracker -n '{seen}' {what} -d '{about}'\n"
