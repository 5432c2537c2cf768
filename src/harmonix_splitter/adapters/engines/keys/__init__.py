"""Key engines."""
