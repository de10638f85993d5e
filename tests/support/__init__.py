"""What the tests of all packages share: a real PostgreSQL, and projects on real lakes."""
