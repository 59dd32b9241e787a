"""Overdose response coverage: need, police naloxone and treatment over county maps."""

__version__ = "0.1.0"
