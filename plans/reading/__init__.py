"""What shows a plan to its readers: its text as HTML, what happened to it, and in which words."""
