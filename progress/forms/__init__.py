"""What is typed into reports."""
