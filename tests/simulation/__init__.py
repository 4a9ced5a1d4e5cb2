"""People and faults against whole runs, over HTTP, judged by an oracle that knows none of our code.

`python -m tests.simulation` prints the figures that `docs/google.md` tells.
"""
