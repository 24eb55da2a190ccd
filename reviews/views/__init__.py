"""The Department's pages: plans handed in, and letters. Each module is one screen or verb."""
