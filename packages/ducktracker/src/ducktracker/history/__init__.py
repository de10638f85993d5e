"""Commands that only append to the history."""
