"""Kinds: what a cell may hold, how it is read and written, and its type in the rules."""
