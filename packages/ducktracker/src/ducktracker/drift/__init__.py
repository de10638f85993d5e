"""What no migration made and who did it, the log, and the copies of the schema."""
