"""What comes back by mail or from a mail service: read, proven, and applied once."""
