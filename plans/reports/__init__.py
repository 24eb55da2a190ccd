"""What is known of plans: read in a fixed number of queries, and told as typed values."""
