"""Document kinds: one module, one kind; the module is its own registry entry (see `selfproof.extract`)."""
