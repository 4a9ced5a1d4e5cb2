"""The command line from end to end: what people type, what they read, what happens to the file."""
