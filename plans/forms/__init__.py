"""What people type into plans and cycles, read and never refused while drafting."""
