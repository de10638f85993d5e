"""The history of a DuckLake's migrations, and what is applied or pending."""
