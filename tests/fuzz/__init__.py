"""Hostile input: everything that reads text from outside is given damaged, absurd and huge forms of it."""
