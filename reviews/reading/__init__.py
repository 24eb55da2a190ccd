"""What pages of reviews show, made of what was read."""
