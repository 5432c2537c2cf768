"""Faster, slower, higher, lower."""
