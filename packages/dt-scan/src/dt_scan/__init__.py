"""What a migrations folder holds."""
