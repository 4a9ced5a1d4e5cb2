"""What the terminal shows: short reports of a run, a plan, and a table's health."""
