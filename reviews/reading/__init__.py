"""What the pages of a review show of a text, ready to be looped over."""
