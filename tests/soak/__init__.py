"""Drills over and over: pass rate and spread of each, and no round that did not pass without its cause."""
