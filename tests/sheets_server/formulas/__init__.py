"""The few formulas that tests need: references, arithmetic, comparison and common functions."""
