"""Files that a user begins with, and the branches beside them."""
