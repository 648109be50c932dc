"""Staff screens of compliance."""
