"""What the Department reads: the queue, and one plan as it was handed in."""
