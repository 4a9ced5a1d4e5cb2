"""What runs, and when: the pipeline, its guard, the history and the command line."""
