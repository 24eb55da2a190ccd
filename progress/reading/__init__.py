"""What pages of reports read: typed values, made of what is stored."""
