"""Where the small network that hears kinds of sound (`analysis/voice_sounds.py`) is taught."""
