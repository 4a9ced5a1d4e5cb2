"""What admins say: the rules file, loaded with positions and answered with clear messages."""
