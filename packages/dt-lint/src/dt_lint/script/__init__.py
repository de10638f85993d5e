"""A migration file as statements, and what each statement does."""
