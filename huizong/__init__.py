"""Huizong (汇总): forms out to many units, filled forms back in, checked, merged and reported."""

__version__ = "0.1.0"
