"""From facts and findings to a limit with its reasons: pure functions."""
