"""Beat engines."""
