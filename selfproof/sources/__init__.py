"""Third-party evidence: one module, one connector."""
