"""The use cases that the command line and the portal both call: gather, decide in pure functions, apply."""
