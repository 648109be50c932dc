"""Spaced review: one question a day from what a learner has answered."""
