"""Learning that lasts: how far somebody is, what they know, mark and write, and what changed since."""
