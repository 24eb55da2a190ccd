"""What shows the published figures of a district: a plan and its district use the same."""
