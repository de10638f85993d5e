"""Apply what is pending, each migration exactly once."""
