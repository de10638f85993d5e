"""Settings from TOML, environment and flags."""
