"""Any two points in a schema's life, and the migrations folder replayed."""
