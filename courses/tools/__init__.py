"""Calculators at ``/tools/``: pure sums, the forms around them, and what a reader is shown."""
