"""The district's pages: writing a plan and handing it in. Each module is one screen or verb."""
