"""The live page and its socket."""
