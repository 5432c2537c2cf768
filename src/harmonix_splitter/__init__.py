"""Harmonix: a self-hosted music studio."""

__version__ = "0.1.0"
