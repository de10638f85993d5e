"""What a migration must not do, one rule a file."""
