"""A file a command: `add` adds its parser, `run` returns its exit code."""
