"""What of a plan is public, drawn and told: pages, paper and tables are made of it."""
