"""Generated SQL as the texts of migrations. Pure."""

from dt_diff.sql.script import Generated
from dt_diff.sql.text import script_text


def migration_texts(generated: Generated) -> list[str]:
    """Return the text of each migration; none if nothing of it runs.

    A part of lines that a person is to complete is no migration: it stands above the next one, or below the last.
    """
    texts: list[str] = []
    waiting = ""
    for part in generated.parts:
        text = script_text(part)
        if all(statement.todo for statement in part):
            waiting += text
        else:
            texts.append(waiting + text)
            waiting = ""
    return [*texts[:-1], texts[-1] + waiting] if texts else []
