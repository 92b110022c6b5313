"""The demo campaign: invented units and people, the clerks who fill their forms, and what must come of it.

Layers, top down: `play` (the whole run) → `returns` (files as clerks send them) → `planted` and
`cases` (the mistakes of round one) → `clerks` (what a unit writes into its forms) → `world` (what
is true). `truth` counts the world, `tally` counts a unit's own rows; neither asks the rules or
figures.
"""

from huizong.demo.play import play

__all__ = ["play"]
