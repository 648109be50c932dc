"""Staff screens of the question bank."""
