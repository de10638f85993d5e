"""Values as text for a person; rich only here, and only once it is needed."""
