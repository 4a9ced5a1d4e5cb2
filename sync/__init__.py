"""Where the opportunities live: the table, its cells, the plan of changes and the stores."""
