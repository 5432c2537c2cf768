"""Chord engines."""
