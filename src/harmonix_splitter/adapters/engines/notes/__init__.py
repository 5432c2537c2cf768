"""Engines that hear notes."""
