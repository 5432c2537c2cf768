"""Section engines and namers."""
