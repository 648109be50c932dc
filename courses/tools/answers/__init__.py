"""From checked numbers to what a reader is shown, a module for each tool."""
