"""What is decided: one module or package per rule, pure functions over whole columns."""
