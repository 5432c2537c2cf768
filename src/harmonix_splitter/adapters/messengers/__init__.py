"""Messages sent to other programs."""
