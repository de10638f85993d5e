"""Migrate on a branch, and what came of it."""
