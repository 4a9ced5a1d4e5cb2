"""Real workbooks, each with its rules file, from end to end."""
