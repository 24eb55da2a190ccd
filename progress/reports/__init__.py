"""What is asked of the tables of reports. Nothing here writes."""
